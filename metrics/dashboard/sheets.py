"""The dashboard for spreadsheets: the same numbers as the page, in full. CSV: one table below the other; XLSX: a sheet
each. Times are in hours, shares in per cent; an empty cell is "no data"."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from contacts.spreadsheets.writing import BOM, safe
from metrics.board import Board, Sums
from metrics.dashboard.breakdown import NAMES, ordered
from metrics.dashboard.cards import cards
from metrics.dashboard.facts import rates
from metrics.dashboard.goals import AIMS
from metrics.dashboard.panels import CLOCKS, SEVERITIES
from metrics.dashboard.words import COUNT, SECONDS, SHARE

HOUR = 3600


@dataclass(frozen=True)
class Sheet:
    title: str
    heads: list[str]
    rows: list[list[Any]]


def sheets(board: Board) -> list[Sheet]:
    return [_numbers(board), _course(board), _clocks(board), _ageing(board), _misses(board), _table(board)]


def as_csv(board: Board) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for place, sheet in enumerate(sheets(board)):
        lines: list[list[Any]] = [[]] if place else []
        for line in [*lines, [sheet.title], sheet.heads, *sheet.rows]:
            writer.writerow([safe("" if cell is None else cell) for cell in line])
    return BOM + out.getvalue()


def as_xlsx(board: Board) -> bytes:
    book = Workbook(write_only=True)
    for sheet in sheets(board):
        page = book.create_sheet(sheet.title[:31])
        page.freeze_panes = "A2"
        page.column_dimensions["A"].width = 28
        heads = [WriteOnlyCell(page, value=_clean(head)) for head in sheet.heads]
        for head in heads:
            head.font = Font(bold=True)
        page.append(heads)
        for row in sheet.rows:
            page.append([_clean(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _clean(cell: Any) -> Any:
    return safe(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell


def _numbers(board: Board) -> Sheet:
    now, before = board.now, board.before
    means = {"avg_response_seconds": "answer", "avg_resolution_seconds": "resolve", "avg_take_seconds": "take"}
    rows = []
    values = {card.key: card.number for card in cards(board)} | {
        rate.key: getattr(now, rate.key) for rate in rates(board)
    }
    values |= {f"sla_met_{kind}": getattr(now, f"sla_met_{kind}") for kind in CLOCKS}
    for key, value in values.items():
        aim = AIMS[key]
        spread = board.spread.get(_spread_of(means[key], board.scope.time)) if key in means else None
        figures = [value, _before(board, before, key), board.goals.get(key)]
        figures += [spread.median, spread.p90] if spread else [None, None]
        rows.append([str(aim.label), aim.unit, *(typed(figure, aim.kind) for figure in figures)])
    rows.append([_("Revenue at risk"), board.currency, float(board.value_at_risk), None, None, None, None])
    scope = board.scope
    period = f"{scope.first.isoformat()} – {scope.last.isoformat()}"
    heads = [
        period,
        _("Unit"),
        _("Value"),
        pgettext("a period", "Before"),
        _("Goal"),
        _("Median"),
        _("90th percentile"),
    ]
    return Sheet(_("Numbers"), heads, rows)


def _before(board: Board, before: Sums, key: str) -> float | None:
    if key == "active_escalations":
        return board.backlog[0] if board.backlog else None
    if key in ("avg_response_seconds", "avg_resolution_seconds"):
        return _number(getattr(before, key)(board.scope.time))
    return _number(getattr(board.kpis_before if hasattr(board.kpis_before, key) else before, key))


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _spread_of(which: str, time: str) -> str:
    return f"{which}_{'worked' if time == 'working' and which != 'take' else 'elapsed'}"


def _course(board: Board) -> Sheet:
    heads = [_("From"), pgettext("a day", "To"), *SEVERITIES, _("Opened"), _("Resolved"), _("Backlog")]
    rows = []
    for bucket, left in zip(board.buckets, board.backlog, strict=False):
        by = [bucket.by_severity[code].opened if code in bucket.by_severity else 0 for code in SEVERITIES]
        days = [bucket.first.isoformat(), bucket.last.isoformat()]
        rows.append([*days, *by, bucket.sums.opened, bucket.sums.resolved, left])
    return Sheet(_("By day"), heads, rows)


def _clocks(board: Board) -> Sheet:
    heads = [_("From"), pgettext("a day", "To")]
    for name in CLOCKS.values():
        heads += [f"{name} %", f"{name}: {_('met')}", f"{name}: {_('missed')}"]
    rows = [
        [week.first.isoformat(), week.last.isoformat(), *(cell for kind in CLOCKS for cell in _met(week.sums, kind))]
        for week in board.weeks
    ]
    return Sheet(_("Clocks by week"), heads, rows)


def _met(sums: Sums, kind: str) -> Iterator[Any]:
    yield typed(getattr(sums, f"sla_met_{kind}"), SHARE)
    yield getattr(sums, f"{kind}_met")
    yield getattr(sums, f"{kind}_missed")


def _ageing(board: Board) -> Sheet:
    rows = [[_("Open since %(age)s") % {"age": label}, count] for _key, label, count in board.ageing]
    rows += [[_("Reached level %(n)s") % {"n": level}, getattr(board.now, f"reached_{level}")] for level in range(2, 6)]
    return Sheet(_("Ageing and depth"), [_("What"), _("Issues")], rows)


def _misses(board: Board) -> Sheet:
    rows = [[day + 1, hour, count] for (day, hour), count in sorted(board.heat.items()) if count]
    return Sheet(_("Missed by hour"), [_("Weekday (1 is Monday)"), _("Hour"), _("Missed")], rows)


def _table(board: Board) -> Sheet:
    """All rows, not only those that the page has room for."""
    time = board.scope.time
    heads = [
        str(NAMES[board.scope.by]), _("Opened"), _("Open now"), f"{_('Revenue at risk')} ({board.currency})",
        _("Response (hours)"), _("Resolution (hours)"), _("Resolved %"), _("Response in time %"),
        _("Resolution in time %"), _("Missed"),
    ]  # fmt: skip
    rows = [
        [
            row.label, row.sums.opened, row.open, float(row.value), typed(row.sums.avg_response_seconds(time), SECONDS),
            typed(row.sums.avg_resolution_seconds(time), SECONDS), typed(row.sums.resolution_rate, SHARE),
            typed(row.sums.sla_met_response, SHARE), typed(row.sums.sla_met_resolution, SHARE), row.sums.missed,
        ]
        for row in ordered(board)
    ]  # fmt: skip
    return Sheet(str(NAMES[board.scope.by]), heads, rows)


def typed(value: float | None, kind: str) -> float | int | None:
    """Hours, per cent, or a count."""
    if value is None:
        return None
    return {SECONDS: round(value / HOUR, 4), SHARE: round(100 * value, 2), COUNT: round(value)}[kind]
