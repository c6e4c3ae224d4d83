"""The table by severity, team, owner, customer or cause."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.templatetags.figures import money
from metrics.board import Board, TableRow
from metrics.charts.bar import bar
from metrics.charts.tables import Cell
from metrics.dashboard.words import SECONDS, SHARE, counted, said
from metrics.scope import PAGE, ROWS

SHOWN = 20
NAMES = {
    "severity": gettext_lazy("Severity"),
    "team": gettext_lazy("Team"),
    "owner": gettext_lazy("Owner"),
    "customer": gettext_lazy("Customer"),
    "cause": gettext_lazy("Cause"),
}


@dataclass(frozen=True)
class Line:
    """`url` is the dashboard of this row alone; "" where it cannot be asked for (a cause). `report`: of a customer, the
    SLA report for the same days."""

    label: str
    url: str
    picture: SafeString
    cells: list[Cell]
    report: str = ""


def heads() -> list[str]:
    return [
        _("Opened"), _("Open now"), _("Revenue at risk"), _("Response"), _("Resolution"), _("Resolved"),
        _("Response in time"), _("Resolution in time"), _("Missed"),
    ]  # fmt: skip


def ordered(board: Board) -> list[TableRow]:
    """Severities in their own order; all else by what is asked for, most first."""
    if board.scope.by == "severity":
        return sorted(board.table, key=lambda row: row.key)
    if board.scope.unit == "value":
        return sorted(board.table, key=lambda row: (-row.value, -row.open, -row.sums.opened, row.label))
    return sorted(board.table, key=lambda row: (-row.sums.opened, -row.open, row.label))


def lines(board: Board) -> list[Line]:
    rows = ordered(board)[:SHOWN]
    by_value = board.scope.unit == "value"
    weights = [float(row.value) if by_value else row.sums.opened for row in rows]
    most = max(weights, default=0)
    return [
        Line(row.label, _own_page(board, row), bar(weight, most), list(_cells(board, row)), _report(board, row))
        for row, weight in zip(rows, weights, strict=True)
    ]


def _cells(board: Board, row: TableRow) -> Iterator[Cell]:
    sums, time = row.sums, board.scope.time

    def counting(figure: str, count: int) -> Cell:
        return Cell(counted(count), address(board, row, figure) if count else "")

    def telling(figure: str, value: float | None, kind: str) -> Cell:
        return Cell("–") if value is None else Cell(said(value, kind), address(board, row, figure))

    yield counting("opened", sums.opened)
    yield counting("active", row.open)
    yield Cell(money(row.value, board.currency), address(board, row, "active")) if row.open else Cell("–")
    yield telling("answered", sums.avg_response_seconds(time), SECONDS)
    yield telling("resolved", sums.avg_resolution_seconds(time), SECONDS)
    yield telling("opened_done", sums.resolution_rate, SHARE)
    yield telling("response_missed" if sums.response_missed else "response_met", sums.sla_met_response, SHARE)
    yield telling("resolution_missed" if sums.resolution_missed else "resolution_met", sums.sla_met_resolution, SHARE)
    yield counting("missed", sums.missed)


def address(board: Board, row: TableRow, figure: str) -> str:
    """The list of what `figure` counts in this row."""
    return f"{ROWS}?{urlencode([('figure', figure), *_narrowed(board, row, shown=False)])}"


def _own_page(board: Board, row: TableRow) -> str:
    if board.scope.by == "cause" or not row.params:
        return ""
    return f"{PAGE}?{urlencode(_narrowed(board, row, shown=True))}"


def _report(board: Board, row: TableRow) -> str:
    slug = dict(row.params).get("customer")
    if board.scope.by != "customer" or not slug:
        return ""
    days = {"from": board.scope.first.isoformat(), "to": board.scope.last.isoformat()}
    return f"{reverse('customer-report', args=[slug])}?{urlencode(days)}"


def _narrowed(board: Board, row: TableRow, *, shown: bool) -> list[tuple[str, Any]]:
    own = dict(row.params)
    return [(name, value) for name, value in board.scope.params(shown=shown) if name not in own] + list(own.items())
