"""All that the dashboard shows, for one scope, in at most eight queries: the roll-up's place, the days it no longer
tells truly, its sums, lines and durations, everything that is counted live, what is open and at stake, and names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, TextField
from django.db.models.functions import Cast

from contacts.models import Customer
from escalations.models import Goal
from metrics import facts as facts_
from metrics import spread, tally
from metrics.buckets import Bucket, backlog, buckets, weeks
from metrics.facts import Facts
from metrics.kpis import Kpis
from metrics.models import LINE
from metrics.narrow import AGES
from metrics.period import ONE_DAY, Period, midnight
from metrics.rolled import Rolled
from metrics.scope import Scope
from metrics.shares import keyed
from metrics.snapshot import snapshot
from metrics.spread import HOURS, Percentiles, percentiles
from metrics.sums import DURATION, Sums, totals
from metrics.table import Stakes, TableRow, table

__all__ = ["Board", "Bucket", "Kpis", "Percentiles", "Sums", "TableRow", "board"]

LIVE_TABLES, TABLE = ("owner", "customer", "cause"), "table:"
Found = dict[tuple[date, str, str], Sums]


@dataclass
class Board:
    scope: Scope
    now: Sums
    before: Sums
    kpis: Kpis
    kpis_before: Kpis
    buckets: list[Bucket]  # days of a period of up to 92, else weeks, of over a year months
    weeks: list[Bucket]
    spread: dict[str, Percentiles]  # of the durations that are shown, by their names in metrics.models
    active: int
    ageing: list[tuple[str, str, int]]  # (key of metrics.narrow.AGES, words, open issues)
    heat: dict[tuple[int, int], int]  # (weekday, hour) on the wall: response and resolution clocks missed
    backlog: list[int]  # open at the end of each bucket
    table: list[TableRow]
    value_at_risk: Decimal
    currency: str
    goals: dict[str, float] = field(default_factory=dict)  # by the API's names of the numbers


def board(scope: Scope) -> Board:
    with snapshot():
        return _board(scope)


def _board(scope: Scope) -> Board:
    rolled = Rolled.of(scope)
    kept = rolled.sums()
    lines = rolled.lines() if scope.by in LIVE_TABLES else {}
    steps = rolled.spread(_spreads(scope))
    rows = tally.gather(_branches(scope, rolled))
    first, changes = scope.first.isoformat(), rolled.changes(rows)
    rows += keyed(changes, *(["team"] if scope.by == "team" else []))
    if scope.by in LIVE_TABLES:
        rows += keyed([row for row in changes if row[1] >= first], scope.by, tag=TABLE)
    counted = [((day, severity, key), sums) for (day, severity, key), sums in tally.sums(rows).items() if day]
    found: Found = totals([*kept.items(), *counted])
    for (each, *_place, name), counts in spread.counts(rows).items():
        if each >= first:
            spread.add(steps[name], counts.items())
    known = Facts.read(rows, 2)
    now, before = _total(found, scope.first, scope.last), _total(found, scope.first_before, scope.first - ONE_DAY)
    days = _by_day(found, scope)
    parts = buckets(scope.first, scope.last, days)
    currency = _commonest(rows, "currency")
    stakes = Stakes.of(scope.tickets(), scope.by, currency)
    open_after = known.active + _number(rows, "after-resolved") - _number(rows, "after-opened")
    return Board(
        scope,
        now,
        before,
        Kpis.of(now, known, 0),
        Kpis.of(before, known, 1),
        parts,
        weeks(scope.first, scope.last, days),
        {name: percentiles(steps[name]) for name in _spreads(scope) if name != HOURS},
        known.active,
        [
            (key, str(words), number)
            for key, (words, *_days), number in zip(AGES, AGES.values(), known.ageing, strict=True)
        ],
        {divmod(hour, 24): number for hour, number in steps[HOURS].items()},
        backlog(parts, open_after),
        table(scope, _table_sums(scope, found, rows, lines), stakes),
        stakes.at_risk,
        currency,
        {row[3]: float(row[1]) for row in rows if row[0] == "goal"},
    )


def _spreads(scope: Scope) -> tuple[str, ...]:
    """Which are shown: times as they were asked for."""
    ending = DURATION[scope.time]
    return (f"answer_{ending}", f"resolve_{ending}", "take_elapsed", HOURS)


def _branches(scope: Scope, rolled: Rolled) -> list[tally.Branch]:
    """Everything that is counted live; one query."""
    tickets, zone = scope.tickets(), scope.zone
    key = "team" if scope.by == "team" else ""
    parts = tally.branches(scope.chosen, rolled.periods(), zone, key=key, steps=zone)
    parts += tally.branches(scope.extras, rolled.rest(), zone, key=key, steps=zone)
    parts += rolled.now()
    if scope.by in LIVE_TABLES:
        lines: dict[str, Any] = {"key": scope.by, "tag": TABLE, "columns": LINE}
        parts += tally.branches(scope.chosen, rolled.periods(scope.first), **lines)
        parts += tally.branches(scope.extras, rolled.rest(scope.first), **lines)
    parts += facts_.branches(tickets, scope.at, [scope.period.until, scope.before.until], scope.zone)
    if scope.last < scope.today:
        since = Period(scope.period.until, midnight(scope.today + ONE_DAY, scope.zone))
        for name, instant in (("after-opened", "reported_at"), ("after-resolved", "resolved_at")):
            later = tickets.filter(tally.within(instant, [since]))
            parts.append(tally.branch(name, later, {"n": Count("pk")}, severity="severity"))
    value = Cast("value", TextField())
    parts.append(tally.branch("goal", Goal.objects.all(), {}, day=value, key="key"))
    parts.append(tally.branch("currency", Customer.objects.all(), {"n": Count("pk")}, key="currency"))
    return parts


def _total(found: Found, first: date, last: date) -> Sums:
    return Sums.total(sums for (day, *_key), sums in found.items() if first <= day <= last)


def _by_day(found: Found, scope: Scope) -> dict[tuple[date, str], Sums]:
    return totals(((day, severity), sums) for (day, severity, _key), sums in found.items() if day >= scope.first)


def _table_sums(scope: Scope, found: Found, rows: Iterable[tally.Row], lines: dict[str, Sums]) -> dict[str, Sums]:
    if scope.by in LIVE_TABLES:
        parts = [(key, sums) for (_day, _severity, key), sums in tally.sums(rows, TABLE, LINE).items()]
    else:
        place = 1 if scope.by == "severity" else 2
        parts = [(str(key[place]), sums) for key, sums in found.items() if key[0] >= scope.first]
    return totals([*lines.items(), *parts])


def _number(rows: Iterable[tally.Row], family: str) -> int:
    return sum(int(row[5]) for row in rows if row[0] == family)


def _commonest(rows: Iterable[tally.Row], family: str) -> str:
    """The key that most rows have."""
    counts = sorted((-int(row[5]), row[3]) for row in rows if row[0] == family)
    return counts[0][1] if counts else ""
