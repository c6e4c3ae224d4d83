"""What of a scope can be read from a roll-up, and what must be counted live."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet, Subquery, Sum

from escalations.models import Event
from metrics.models import DaySpread, DayTally, Rollup
from metrics.period import Period, days_between, periods_of
from metrics.scope import Scope
from metrics.spread import Counts
from metrics.stale import stale_days
from metrics.sums import COLUMNS, Sums

BEHIND = 5_000  # events that a roll-up may have missed; one that is further behind is not used
MOST = 100  # stale days counted live one by one; with more, everything is


@dataclass
class Rolled:
    """`live` are the days of [first, last] that are counted live; all others stand in the roll-up, or are empty."""

    scope: Scope
    first: date
    last: date
    live: list[date] = field(default_factory=list)
    is_used: bool = False

    @classmethod
    def of(cls, scope: Scope) -> "Rolled":
        """Two queries at most. The roll-up's place is read before its rows, so that what is written meanwhile is at
        worst counted twice as carefully."""
        rolled = cls(scope, scope.first_before, scope.last)
        known = _known(scope) if _suits(scope) else None
        if known is None or known.newest - known.seen_event > BEHIND:
            rolled.live = list(days_between(rolled.first, rolled.last))
            return rolled
        stale = stale_days(known.seen_event, scope.zone) if known.newest > known.seen_event else set()
        late = days_between(max(known.until, rolled.first), rolled.last)
        live = {day for day in stale if rolled.first <= day <= rolled.last} | set(late)
        rolled.is_used = len(periods_of(live, scope.zone)) <= MOST
        rolled.live = sorted(live) if rolled.is_used else list(days_between(rolled.first, rolled.last))
        return rolled

    def periods(self, days: Iterable[date] | None = None) -> list[Period]:
        """Of the days that are counted live, or of those of them that are in `days`."""
        wanted = self.live if days is None else sorted(set(self.live) & set(days))
        return periods_of(wanted, self.scope.zone)

    def sums(self) -> dict[tuple[date, str, str], Sums]:
        """By day, severity, and team where the table is by team."""
        if not self.is_used:
            return {}
        by = ("day", "severity", "team") if self.scope.by == "team" else ("day", "severity")
        rows = self._kept(DayTally).values_list(*by).annotate(**{f"s_{name}": Sum(name) for name in COLUMNS})
        if self.scope.team or self.scope.no_team:
            rows = rows.filter(team=self.scope.team.pk if self.scope.team else 0)
        found = {}
        for row in rows:
            key = (row[0], row[1], str(row[2] or "") if len(by) == 3 else "")
            found[key] = Sums(*map(int, row[len(by) :]))
        return found

    def spread(self, counts: dict[str, Counts]) -> None:
        """Add what the roll-up knows of the period's durations."""
        if not self.has_spread:
            return
        for (durations,) in self._kept(DaySpread).filter(day__gte=self.scope.first).values_list("spread"):
            for name, steps in durations.items():
                place = counts.setdefault(name, Counts())
                for step, number in steps.items():
                    place[int(step)] += number

    @property
    def has_spread(self) -> bool:
        return self.is_used and not (self.scope.team or self.scope.no_team)

    def spread_periods(self) -> list[Period]:
        """What of the durations is counted live."""
        if self.has_spread:
            return self.periods(days_between(self.scope.first, self.scope.last))
        return [self.scope.period]

    def _kept(self, table: Any) -> QuerySet[Any]:
        scope = self.scope
        rows = table.objects.filter(zone=str(scope.zone), day__gte=self.first, day__lte=self.last).order_by()
        rows = rows.exclude(day__in=self.live) if self.live else rows
        return rows.filter(severity=scope.severity) if scope.severity else rows


def _suits(scope: Scope) -> bool:
    """Whether a roll-up can answer: it knows of severities and teams only, and of what everybody may see."""
    return bool(scope.user.is_active) and not (scope.customer or scope.owner or scope.no_owner)


def _known(scope: Scope) -> Any:
    newest = Subquery(Event.objects.order_by("-pk").values("pk")[:1])
    found = Rollup.objects.filter(zone=str(scope.zone)).annotate(newest_event=newest).first()
    if found is not None:
        found.newest = found.newest_event or 0  # type: ignore[attr-defined]
    return found
