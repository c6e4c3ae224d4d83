"""Issues over time: how many were opened, how many resolved, and how many were left."""

from collections.abc import Callable, Sequence
from operator import attrgetter

from django.utils.translation import gettext as _

from metrics.board import Board, Bucket
from metrics.charts.lines import Line, lines
from metrics.charts.stacked import Column, Part, stacked
from metrics.charts.svg import count_steps
from metrics.charts.tables import Cell, table
from metrics.dashboard.panels.panel import SEVERITIES, Panel, line_of, linked
from metrics.dashboard.words import counted


def opened(board: Board) -> Panel:
    """How many a day, by severity."""
    scope, codes = board.scope, [code for code in SEVERITIES if board.scope.severity in ("", code)]
    title = {0: _("Opened per month"), 1: _("Opened per day"), 7: _("Opened per week")}[_days_of(board.buckets)]
    empty = _("No data: nothing was reported in these days.")
    if not board.now.opened:
        return Panel("opened", title, empty)

    scopes = {code: scope.changed(severity=code) for code in (*codes, scope.severity)}

    def url(bucket: Bucket, code: str) -> str:
        return scopes[code].rows_url("opened", first=bucket.first, last=bucket.last)

    columns = [
        Column(
            bucket.label,
            [
                Part(
                    f"sev-{code[1:]}-part",
                    count,
                    _("%(day)s: %(n)s × %(severity)s") % {"day": bucket.label, "n": count, "severity": code},
                    url(bucket, code),
                )
                for code in reversed(codes)
                if (count := _opened(bucket, code))
            ],
        )
        for bucket in board.buckets
    ]
    rows = [
        [
            Cell(bucket.label),
            *(_counted(_opened(bucket, code), url, bucket, code) for code in codes),
            _counted(bucket.sums.opened, url, bucket, scope.severity),
        ]
        for bucket in board.buckets
    ]
    legend = [(f"sev-{code[1:]}-part", code) for code in codes]
    return Panel("opened", title, empty, stacked(columns), legend, table([_("Day"), *codes, _("Total")], rows))


def flow(board: Board) -> Panel:
    """What came, what was resolved, and what was left open."""
    empty = _("No data: nothing was reported or resolved in these days.")
    title = _("Opened, resolved and backlog")
    if not (board.now.opened or board.now.resolved or any(board.backlog)):
        return Panel("flow", title, empty)
    scope, labels = board.scope, [bucket.label for bucket in board.buckets]
    names = {"opened": _("Opened"), "resolved": _("Resolved")}
    every = [
        line_of(board.buckets, scope, f"line-{key}", key, name, attrgetter(key), counted) for key, name in names.items()
    ]
    marks = count_steps(max(max(bucket.sums.opened, bucket.sums.resolved) for bucket in board.buckets))
    chart = lines(labels, every, marks, counted, height=130)
    left = Line(
        "line-backlog",
        _("Backlog"),
        [float(n) for n in board.backlog],
        [f"{label}: {counted(n)}" for label, n in zip(labels, board.backlog, strict=False)],
        [scope.rows_url("backlog", first=bucket.first, last=bucket.last) for bucket in board.buckets],
        filled=True,
    )
    rows = [
        [
            Cell(bucket.label),
            *(linked(scope, key, getattr(bucket.sums, key), bucket) for key in names),
            linked(scope, "backlog", n, bucket),
        ]
        for bucket, n in zip(board.buckets, board.backlog, strict=False)
    ]
    legend = [("line-opened", names["opened"]), ("line-resolved", names["resolved"])]
    below = lines(labels, [left], count_steps(max(board.backlog, default=0)), counted, height=70)
    heads = [_("Day"), *names.values(), _("Backlog")]
    return Panel("flow", title, empty, chart, legend, table(heads, rows), more=below)


def _counted(count: int, url: Callable[[Bucket, str], str], bucket: Bucket, code: str) -> Cell:
    return Cell(counted(count), url(bucket, code) if count else "")


def _opened(bucket: Bucket, code: str) -> int:
    sums = bucket.by_severity.get(code)
    return sums.opened if sums else 0


def _days_of(buckets: Sequence[Bucket]) -> int:
    """1: days, 7: weeks, 0: months. The first and the last may be cut short, so the longest says."""
    longest = max(((bucket.last - bucket.first).days + 1 for bucket in buckets), default=1)
    return 1 if longest == 1 else 7 if longest <= 7 else 0
