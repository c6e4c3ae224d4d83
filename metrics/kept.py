"""The rows of a roll-up: made of what was counted, written, and added to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from metrics import shares, spread, tally
from metrics.models import ALL_TEAMS, LINE, DayLine, DaySpread, DayTally, Rollup, Share
from metrics.spread import Counts
from metrics.sums import COLUMNS
from metrics.tally import Row

BY = ("owner", "customer", "cause")
TABLES: tuple[Any, ...] = (DayTally, DayLine, DaySpread)
PLACES: dict[Any, tuple[str, ...]] = {
    DayTally: ("day", "severity", "team"),
    DayLine: ("by", "day", "severity", "team", "key"),
    DaySpread: ("team", "name", "day", "severity"),
}
BATCH = 500
Line = DayTally | DayLine | DaySpread


def tallies(rows: Sequence[Row]) -> list[Line]:
    """Of rows by day, severity and team, with their steps."""
    found: list[Line] = []
    for (day, severity, team), sums in tally.sums(rows).items():
        columns = {name: getattr(sums, name) for name in COLUMNS}
        assert day  # as it was asked for by days
        found.append(DayTally(day=day, severity=severity, team=int(team or 0), **columns))
    spreads: dict[tuple[str, str, int, str], Counts] = {}
    for (each, severity, team, name), counts in spread.counts(rows).items():
        for whose in (int(team or 0), ALL_TEAMS):
            spread.add(spreads.setdefault((each, severity, whose, name), Counts()), counts.items())
    for (each, severity, whose, name), counts in spreads.items():
        place = {"day": date.fromisoformat(each), "severity": severity, "team": whose}
        found.append(DaySpread(**place, name=name, steps=_written(counts)))
    return found


def lines(rows: Sequence[Row], by: str) -> list[Line]:
    """Of rows by day, severity, and "team/key"."""
    found: list[Line] = []
    for (day, severity, keys), sums in tally.sums(rows, columns=LINE).items():
        team, _stroke, key = keys.partition("/")
        columns = {name: getattr(sums, name) for name in LINE}
        assert day
        found.append(DayLine(day=day, severity=severity, team=int(team or 0), by=by, key=key, **columns))
    return found


def replace(zone: str, rows: Sequence[Line], days: set[date] | None) -> None:
    """These rows instead of those of these days; None: of all days. A row that says nothing is not kept."""
    for table in TABLES:
        old = table.objects.filter(zone=zone)
        if days is None or days:
            (old if days is None else old.filter(day__in=days)).delete()
        _insert(zone, table, [row for row in rows if isinstance(row, table) and _says(row)])


def add(zone: str, rows: Sequence[Line]) -> None:
    """These rows on top of what there is. Whatever becomes nothing goes."""
    for table in TABLES:
        more = {_place(row): row for row in rows if isinstance(row, table) and _says(row)}
        if not more:
            continue
        found = table.objects.filter(zone=zone, day__in={row.day for row in more.values()})
        if table is DayLine:
            found = found.filter(key__in={row.key for row in more.values()})
        old = {_place(row): row for row in found}
        changed = [old[place].pk for place in more if place in old]
        for place, row in more.items():
            if place in old:
                _onto(row, old[place])
        for start in range(0, len(changed), BATCH):
            table.objects.filter(pk__in=changed[start : start + BATCH]).delete()
        _insert(zone, table, [row for row in more.values() if _says(row)])


def keep_shares(zone: str, added: Mapping[int, Iterable[Row]]) -> None:
    tickets = list(added)
    for start in range(0, len(tickets), BATCH):
        part = tickets[start : start + BATCH]
        Share.objects.filter(zone=zone, ticket__in=part).delete()
        rows = [Share(zone=zone, ticket=ticket, rows=shares.packed(added[ticket])) for ticket in part]
        Share.objects.bulk_create(rows)


def drop(zones: Iterable[str], *, rollup: bool = True) -> None:
    for table in (*TABLES, Share, *([Rollup] if rollup else [])):
        table._default_manager.filter(zone__in=list(zones)).delete()


def _insert(zone: str, table: Any, rows: Sequence[Any]) -> None:
    for row in rows:
        row.zone = zone
    table.objects.bulk_create(rows, batch_size=BATCH)


def _place(row: Line) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in PLACES[type(row)])


def _says(row: Line) -> bool:
    """Whether there is anything in it."""
    if isinstance(row, DaySpread):
        return bool(row.steps)
    return any(getattr(row, name) for name in (COLUMNS if isinstance(row, DayTally) else LINE))


def _onto(row: Any, old: Any) -> None:
    if isinstance(row, DaySpread):
        counts = Counts({int(step): number for step, number in old.steps.items()})
        spread.add(counts, ((int(step), number) for step, number in row.steps.items()))
        row.steps = _written(counts)
        return
    for name in COLUMNS if isinstance(row, DayTally) else LINE:
        setattr(row, name, getattr(row, name) + getattr(old, name))


def _written(counts: Counts) -> dict[str, int]:
    return {str(step): number for step, number in sorted(counts.items()) if number}
