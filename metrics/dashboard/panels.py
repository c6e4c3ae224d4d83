"""The charts over time: each with its legend, and below it the table whose numbers lead to what they count."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.board import Board, Bucket, Sums
from metrics.charts.heat import heat
from metrics.charts.lines import Line, lines
from metrics.charts.stacked import Column, Part, stacked
from metrics.charts.svg import count_steps, steps
from metrics.charts.tables import Cell, table
from metrics.dashboard.goals import Verdict, verdict
from metrics.dashboard.words import counted, percent
from metrics.scope import Scope

SEVERITIES = ("P1", "P2", "P3", "P4")
CLOCKS = {
    "response": gettext_lazy("First response"),
    "resolution": gettext_lazy("Resolution"),
    "update": gettext_lazy("Customer update"),
}


@dataclass(frozen=True)
class Panel:
    """`legend` are pairs of a class and words. Without `chart` there is no data, and `empty` says so."""

    key: str
    title: str
    empty: str
    chart: SafeString | str = ""
    legend: list[tuple[str, str]] = field(default_factory=list)
    table: SafeString | str = ""
    goals: list[tuple[str, Verdict]] = field(default_factory=list)
    more: SafeString | str = ""


def panels(board: Board) -> dict[str, Panel]:
    made = (opened(board), flow(board), sla(board), breaches(board), misses(board))
    return {panel.key: panel for panel in made}


def opened(board: Board) -> Panel:
    """How many a day, by severity."""
    scope, codes = board.scope, [code for code in SEVERITIES if board.scope.severity in ("", code)]
    title = {0: _("Opened per month"), 1: _("Opened per day"), 7: _("Opened per week")}[_days_of(board.buckets)]
    empty = _("No data: nothing was reported in these days.")
    if not board.now.opened:
        return Panel("opened", title, empty)

    def url(bucket: Bucket, code: str) -> str:
        return scope.rows_url("opened", first=bucket.first, last=bucket.last, severity=code)

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
        _line(board.buckets, scope, f"line-{key}", key, name, attrgetter(key), counted) for key, name in names.items()
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
            *(_linked(scope, key, getattr(bucket.sums, key), bucket) for key in names),
            _linked(scope, "backlog", n, bucket),
        ]
        for bucket, n in zip(board.buckets, board.backlog, strict=False)
    ]
    legend = [("line-opened", names["opened"]), ("line-resolved", names["resolved"])]
    below = lines(labels, [left], count_steps(max(board.backlog, default=0)), counted, height=70)
    heads = [_("Day"), *names.values(), _("Backlog")]
    return Panel("flow", title, empty, chart, legend, table(heads, rows), more=below)


def sla(board: Board) -> Panel:
    """The share of clocks that were met, by week and kind, with the goals."""
    scope, title = board.scope, _("SLA met per week")
    empty = _("No data: no clock was met or missed in these days.")
    every, goals = [], []
    for kind, name in CLOCKS.items():
        every.append(
            _line(
                board.weeks, scope, f"clock-{kind}", _telling(kind), str(name),
                attrgetter(f"sla_met_{kind}"), percent,
            )
        )  # fmt: skip
        if said := verdict(f"sla_met_{kind}", getattr(board.now, f"sla_met_{kind}"), board.goals):
            goals.append((str(name), said))
    known = [value for line in every for value in line.values if value is not None]
    if not known:
        return Panel("sla", title, empty, goals=goals)
    wanted = {key: value for key, value in board.goals.items() if key.startswith("sla_met_")}
    low = min([*known, *wanted.values(), 0.8])
    ruled = [(value, _("goal %(goal)s") % {"goal": percent(value)}) for value in sorted(set(wanted.values()))]
    labels = [week.label for week in board.weeks]
    chart = lines(labels, every, steps(1, 4, low), percent, ruled)
    rows = [
        [Cell(week.label), *(cell for kind in CLOCKS for cell in _met_cells(scope, week, kind))] for week in board.weeks
    ]
    heads = [_("Week"), *(head for name in CLOCKS.values() for head in (str(name), _("met"), _("missed")))]
    legend = [(f"clock-{kind}", str(name)) for kind, name in CLOCKS.items()]
    return Panel("sla", title, empty, chart, legend, table(heads, rows), goals)


def _met_cells(scope: Scope, week: Bucket, kind: str) -> Iterable[Cell]:
    share = getattr(week.sums, f"sla_met_{kind}")
    yield Cell("–" if share is None else percent(share))
    for key in (f"{kind}_met", f"{kind}_missed"):
        yield _linked(scope, key, getattr(week.sums, key), week)


def breaches(board: Board) -> Panel:
    """Missed clocks by week and kind."""
    scope, title = board.scope, _("Missed clocks per week")
    missed = {kind: f"{kind}_missed" for kind in CLOCKS}
    if not any(getattr(board.now, key) for key in missed.values()):
        return Panel("breaches", title, _("No clock was missed in these days."))
    columns = [
        Column(
            week.label,
            [
                Part(
                    f"clock-{kind}",
                    count,
                    f"{week.label}: {CLOCKS[kind]} {count}",
                    scope.rows_url(key, first=week.first, last=week.last),
                )
                for kind, key in missed.items()
                if (count := getattr(week.sums, key))
            ],
        )
        for week in board.weeks
    ]
    rows = [
        [Cell(week.label), *(_linked(scope, key, getattr(week.sums, key), week) for key in missed.values())]
        for week in board.weeks
    ]
    legend = [(f"clock-{kind}", str(name)) for kind, name in CLOCKS.items()]
    heads = [_("Week"), *(str(name) for name in CLOCKS.values())]
    return Panel("breaches", title, "", stacked(columns, 190), legend, table(heads, rows))


def misses(board: Board) -> Panel:
    """At which hours of the week response and resolution clocks are missed, on the reader's wall."""
    scope, title = board.scope, _("When clocks are missed")
    if not board.heat:
        return Panel("misses", title, _("No response or resolution clock was missed in these days."))

    def say(weekday: int, hour: int, count: int) -> tuple[str, str]:
        when = _("%(weekday)s, %(hour)s:00: %(n)s missed") % {
            "weekday": WEEKDAYS[weekday],
            "hour": f"{hour:02d}",
            "n": count,
        }
        return scope.rows_url("missed", weekday=weekday, hour=hour), when

    chart = heat(board.heat, [str(WEEKDAYS_ABBR[day]) for day in range(7)], say)
    rows = [
        [
            Cell(f"{WEEKDAYS[day]}, {hour:02d}:00"),
            Cell(counted(count), scope.rows_url("missed", weekday=day, hour=hour)),
        ]
        for (day, hour), count in sorted(board.heat.items(), key=lambda each: (-each[1], each[0]))
        if count
    ]
    return Panel("misses", title, "", chart, [], table([_("Hour"), _("Missed")], rows))


def _line(
    buckets: Sequence[Bucket],
    scope: Scope,
    look: str,
    figure: str | Callable[[Sums], str],
    name: str,
    value: Callable[[Sums], Any],
    say: Callable[[float], str],
) -> Line:
    values = [value(bucket.sums) for bucket in buckets]
    titles = [
        "" if number is None else f"{bucket.label}: {name} {say(number)}"
        for bucket, number in zip(buckets, values, strict=True)
    ]
    keys = [figure if isinstance(figure, str) else figure(bucket.sums) for bucket in buckets]
    urls = [
        scope.rows_url(key, first=bucket.first, last=bucket.last) for key, bucket in zip(keys, buckets, strict=True)
    ]
    return Line(look, name, values, titles, urls)


def _telling(kind: str) -> Callable[[Sums], str]:
    """The clocks behind a share: those missed, or where none was, those met, so that no list is empty."""
    return lambda sums: f"{kind}_missed" if getattr(sums, f"{kind}_missed") else f"{kind}_met"


def _linked(scope: Scope, figure: str, count: int, bucket: Bucket) -> Cell:
    url = scope.rows_url(figure, first=bucket.first, last=bucket.last) if count else ""
    return Cell(counted(count), url)


def _counted(count: int, url: Callable[[Bucket, str], str], bucket: Bucket, code: str) -> Cell:
    return Cell(counted(count), url(bucket, code) if count else "")


def _opened(bucket: Bucket, code: str) -> int:
    sums = bucket.by_severity.get(code)
    return sums.opened if sums else 0


def _days_of(buckets: Sequence[Bucket]) -> int:
    """1: days, 7: weeks, 0: months. The first and the last may be cut short, so the longest says."""
    longest = max(((bucket.last - bucket.first).days + 1 for bucket in buckets), default=1)
    return 1 if longest == 1 else 7 if longest <= 7 else 0
