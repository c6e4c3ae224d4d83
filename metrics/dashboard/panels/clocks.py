"""Clocks over time: the share that was met, how many were missed, and at which hours of the week."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics.board import Board, Bucket, Sums
from metrics.charts.heat import heat, shades
from metrics.charts.lines import lines
from metrics.charts.stacked import Column, Part, stacked
from metrics.charts.svg import steps
from metrics.charts.tables import Cell, table
from metrics.dashboard.goals import verdict
from metrics.dashboard.panels.panel import CLOCKS, Panel, line_of, linked
from metrics.dashboard.words import counted, percent
from metrics.scope import Scope


def sla(board: Board) -> Panel:
    """The share of clocks that were met, by week and kind, with the goals."""
    scope, title = board.scope, _("SLA met per week")
    empty = _("No data: no clock was met or missed in these days.")
    every, goals = [], []
    for kind, name in CLOCKS.items():
        every.append(
            line_of(
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
    labels = [week.label for week in board.weeks]
    chart = lines(labels, every, steps(1, 4, low), percent, sorted(set(wanted.values())), _goals)
    rows = [
        [Cell(week.label), *(cell for kind in CLOCKS for cell in _met_cells(scope, week, kind))] for week in board.weeks
    ]
    heads = [_("Week"), *(head for name in CLOCKS.values() for head in (str(name), _("met"), _("missed")))]
    legend = [(f"clock-{kind}", str(name)) for kind, name in CLOCKS.items()]
    return Panel("sla", title, empty, chart, legend, table(heads, rows), goals)


def _goals(shares: Sequence[float]) -> str:
    return ngettext("goal %(goal)s", "goals %(goal)s", len(shares)) % {"goal": ", ".join(map(percent, shares))}


def _met_cells(scope: Scope, week: Bucket, kind: str) -> Iterable[Cell]:
    share = getattr(week.sums, f"sla_met_{kind}")
    yield Cell("–" if share is None else percent(share))
    for key in (f"{kind}_met", f"{kind}_missed"):
        yield linked(scope, key, getattr(week.sums, key), week)


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
        [Cell(week.label), *(linked(scope, key, getattr(week.sums, key), week) for key in missed.values())]
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
    return Panel(
        "misses", title, "", chart, _shades_of(board), table([_("Hour"), _("Missed")], rows),
        counts=_("Missed within an hour of the week:"),
    )  # fmt: skip


def _shades_of(board: Board) -> list[tuple[str, str]]:
    most = max(board.heat.values(), default=0)
    return [
        (f"heat-{shade}", counted(least) if least == greatest else f"{counted(least)}–{counted(greatest)}")
        for shade, least, greatest in shades(most)
    ]


def _telling(kind: str) -> Callable[[Sums], str]:
    """The clocks behind a share: those missed, or where none was, those met, so that no list is empty."""
    return lambda sums: f"{kind}_missed" if getattr(sums, f"{kind}_missed") else f"{kind}_met"
