"""The protocol's six cards (section 2), in its order and under its names."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.figures import money
from metrics.board import Board, Bucket
from metrics.charts.sparkline import sparkline
from metrics.dashboard.goals import AIMS, MOST, Verdict, verdict
from metrics.dashboard.words import NO_DATA, SECONDS, change, said
from metrics.figure_words import DERIVED
from metrics.figures import BEHIND

CRITICAL = "P1"
ENDING = {"elapsed": "elapsed", "working": "worked"}


@dataclass(frozen=True)
class Card:
    """`figure` is its definition's key; `extra` what else must be known of it, in words."""

    key: str
    figure: str
    label: Any
    number: float | None
    value: str
    url: str
    spark: SafeString
    before: str
    change: str
    better: bool | None
    goal: Verdict | None
    extra: str = ""

    @property
    def is_empty(self) -> bool:
        return self.number is None

    @property
    def words(self) -> str:
        """Its definition."""
        return str(DERIVED[self.key][1])


def cards(board: Board) -> list[Card]:
    scope, now = board.scope, board.kpis
    response, resolution = _mean(board.now, "response", scope.time), _mean(board.now, "resolution", scope.time)
    return [
        _active(board),
        _card(
            board, "avg_response_seconds", response, _mean(board.before, "response", scope.time),
            [_mean(bucket.sums, "response", scope.time) for bucket in board.buckets], _spread(board, "answer"),
        ),
        _card(
            board, "avg_resolution_seconds", resolution, _mean(board.before, "resolution", scope.time),
            [_mean(bucket.sums, "resolution", scope.time) for bucket in board.buckets], _spread(board, "resolve"),
        ),
        _card(
            board, "resolution_rate", now.resolution_rate, board.kpis_before.resolution_rate,
            [bucket.sums.resolution_rate for bucket in board.buckets],
        ),
        _card(
            board, "critical_issues_mtd", now.critical_issues_mtd,
            board.kpis_before.critical_issues_mtd, [_critical(bucket) for bucket in board.buckets],
        ),
        _card(
            board, "customer_retention", now.customer_retention,
            board.kpis_before.customer_retention, [],
        ),
    ]  # fmt: skip


def _active(board: Board) -> Card:
    """It is of now; what it is compared with is how many were open when the first day of the period ended."""
    key, scope = "active_escalations", board.scope
    began = board.backlog[0] if board.backlog else None
    card = _card(board, key, board.active, began, [float(n) for n in board.backlog])
    if scope.unit != "value":
        return card
    extra = ngettext("%(n)s issue", "%(n)s issues", board.active) % {"n": card.value}
    fields = card.__dict__ | {"value": money(board.value_at_risk, board.currency), "extra": extra}
    fields |= {"change": "", "before": ""}
    return Card(**fields)


def _card(
    board: Board,
    key: str,
    value: float | None,
    before: float | None,
    course: list[float | None] | list[float],
    extra: str = "",
) -> Card:
    aim = AIMS[key]
    differs = change(value, before, aim.kind)
    return Card(
        key=key,
        figure=BEHIND[key],
        label=aim.label,
        number=value,
        value=said(value, aim.kind),
        url=board.scope.rows_url(BEHIND[key]) if value is not None else "",
        spark=sparkline(course),
        before=said(before, aim.kind) if before is not None else str(NO_DATA),
        change=differs,
        better=None if differs in ("", "±0") else (value < before) == (aim.side == MOST),  # type: ignore[operator]
        goal=verdict(key, value, board.goals),
        extra=extra,
    )


def _mean(sums: Any, which: str, time: str) -> float | None:
    mean: float | None = getattr(sums, f"avg_{which}_seconds")(time)
    return mean


def _critical(bucket: Bucket) -> float:
    sums = bucket.by_severity.get(CRITICAL)
    return float(sums.opened) if sums else 0.0


def _spread(board: Board, which: str) -> str:
    found = board.spread.get(f"{which}_{ENDING[board.scope.time]}")
    if found is None or not found.count:
        return ""
    figures = {"median": said(found.median, SECONDS), "p90": said(found.p90, SECONDS)}
    return _("median %(median)s · 90%% within %(p90)s") % figures
