"""What of a scope can be read from a roll-up, and what must be counted live."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, QuerySet, Subquery, Sum

from escalations import access
from escalations.models import Event, Ticket
from metrics import spread
from metrics.models import ALL_TEAMS, LINE, DayLine, DaySpread, DayTally, Rollup
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
    has_extras: bool = False

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
        rolled.has_extras = known.has_extras
        rolled.is_used = len(periods_of(live, scope.zone)) <= MOST
        rolled.live = sorted(live) if rolled.is_used else list(days_between(rolled.first, rolled.last))
        return rolled

    def periods(self, first: date | None = None) -> list[Period]:
        """Of the days that are counted live, or of those of them since `first`."""
        return periods_of([day for day in self.live if first is None or day >= first], self.scope.zone)

    def rest(self, first: date | None = None) -> list[Period]:
        """Of all other days, where there are issues of which the roll-up knows nothing."""
        if not self.has_extras:
            return []
        days = set(days_between(first or self.first, self.last)) - set(self.live)
        return periods_of(sorted(days), self.scope.zone)

    def sums(self) -> dict[tuple[date, str, str], Sums]:
        """By day, severity, and team where the table is by team."""
        if not self.is_used:
            return {}
        by = ("day", "severity", "team") if self.scope.by == "team" else ("day", "severity")
        rows = self._kept(DayTally).values_list(*by).annotate(**{f"s_{name}": Sum(name) for name in COLUMNS})
        found = {}
        for row in self._of_teams(rows):
            key = (row[0], row[1], str(row[2] or "") if len(by) == 3 else "")
            found[key] = Sums(*map(int, row[len(by) :]))
        return found

    def lines(self) -> dict[str, Sums]:
        """The period's by the key of the table."""
        if not self.is_used:
            return {}
        rows = self._kept(DayLine).filter(by=self.scope.by, day__gte=self.scope.first).values_list("key")
        rows = self._of_teams(rows.annotate(**{f"s_{name}": Sum(name) for name in LINE}))
        return {key: Sums(**dict(zip(LINE, map(int, sums), strict=True))) for key, *sums in rows}

    def spread(self, names: Iterable[str]) -> defaultdict[str, Counts]:
        """How these were spread in the period."""
        found: defaultdict[str, Counts] = defaultdict(Counts)
        if self.is_used:
            rows = self._kept(DaySpread).filter(day__gte=self.scope.first, name__in=list(names))
            rows = rows.filter(team=ALL_TEAMS) if self._of_all else self._of_teams(rows)
            for name, steps in rows.values_list("name", "steps"):
                spread.add(found[name], ((int(step), number) for step, number in steps.items()))
        return found

    @property
    def _of_all(self) -> bool:
        return not (self.scope.team or self.scope.no_team or access.is_restricted(self.scope.user))

    def _of_teams(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        """Those of the teams that the person sees, and of the one that is asked for (0: of none)."""
        scope = self.scope
        if access.is_restricted(scope.user):
            rows = rows.filter(team=scope.user.team_id) if scope.user.team_id else rows.none()
        rows = rows.filter(team=scope.team.pk) if scope.team else rows
        return rows.filter(team=0) if scope.no_team else rows

    def _kept(self, table: Any) -> QuerySet[Any]:
        scope = self.scope
        rows = table.objects.filter(zone=str(scope.zone), day__gte=self.first, day__lte=self.last).order_by()
        rows = rows.exclude(day__in=self.live) if self.live else rows
        return rows.filter(severity=scope.severity) if scope.severity else rows


def _suits(scope: Scope) -> bool:
    """Whether a roll-up can answer: it knows of severities and teams only."""
    return bool(scope.user.is_active) and not (scope.customer or scope.owner or scope.no_owner)


def _known(scope: Scope) -> Any:
    newest = Subquery(Event.objects.order_by("-pk").values("pk")[:1])
    extras = Exists(Ticket.objects.filter(scope.extras))
    found = Rollup.objects.filter(zone=str(scope.zone)).annotate(newest_event=newest, has_extras=extras).first()
    if found is not None:
        found.newest = found.newest_event or 0  # type: ignore[attr-defined]
    return found
