"""What of a scope can be read from a roll-up, what has changed in it since, and what must be counted live."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, Q, QuerySet, Subquery, Sum

from escalations import access
from escalations.models import Event, Ticket
from metrics import spread, tally
from metrics.models import ALL_TEAMS, LINE, DayLine, DaySpread, DayTally, Rollup
from metrics.period import Period, days_between, periods_of
from metrics.scope import NOBODY, Scope
from metrics.shares import KEY, negative, part
from metrics.spread import Counts
from metrics.stale import Changed
from metrics.sums import COLUMNS, Sums
from metrics.tally import Branch, Row

BEHIND = 5_000  # events that a roll-up may have missed; one that is further behind is not used
MANY = 1_000  # changed issues counted one by one; with more, their days are
MOST = 100  # runs of days counted live; with more, everything is
CHANGED = "changed:"


@dataclass
class Rolled:
    """`live` are the days of [first, last] that are counted live; all others stand in the roll-up, or are empty.
    `changed` are the issues of which it tells what they were, `before` what that is (`metrics.shares`)."""

    scope: Scope
    first: date
    last: date
    live: list[date] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    before: list[Row] = field(default_factory=list)
    is_used: bool = False
    has_extras: bool = False

    @classmethod
    def of(cls, scope: Scope) -> "Rolled":
        """Three queries, a fourth for what was settled long ago. All that is read belongs into one snapshot."""
        rolled = cls(scope, scope.first_before, scope.last)
        known = _known(scope) if _suits(scope) else None
        if known is None or known.newest - known.seen_event > BEHIND:
            rolled.live = list(days_between(rolled.first, rolled.last))
            return rolled
        changed = (
            Changed.since(known.seen_event, known.zone) if known.newest > known.seen_event else Changed(known.zone)
        )
        many = len(changed.tickets) > MANY
        live = {day for day in changed.stale_days(scope.zone, of_all=many) if rolled.first <= day <= rolled.last}
        live |= set(days_between(max(known.until, rolled.first), rolled.last))
        rolled.has_extras = known.has_extras
        rolled.is_used = len(periods_of(live, scope.zone)) <= MOST
        rolled.live = sorted(live) if rolled.is_used else list(days_between(rolled.first, rolled.last))
        if rolled.is_used and not many and len(rolled.live) < (rolled.last - rolled.first).days + 1:
            rolled.changed = changed.tickets
            rolled.before = [row for rows in changed.before().values() for row in rows if rolled._holds(row)]
        return rolled

    def periods(self, first: date | None = None) -> list[Period]:
        """Of the days that are counted live, or of those of them since `first`."""
        return periods_of([day for day in self.live if first is None or day >= first], self.scope.zone)

    def rest(self, first: date | None = None) -> list[Period]:
        """Of all other days, where there are issues of which the roll-up knows nothing."""
        return self._others(first) if self.has_extras else []

    def _others(self, first: date | None = None) -> list[Period]:
        days = set(days_between(first or self.first, self.last)) - set(self.live)
        return periods_of(sorted(days), self.scope.zone)

    def now(self) -> list[Branch]:
        """What the changed issues are."""
        if not self.changed:
            return []
        theirs = self.scope.core & Q(pk__in=self.changed)
        return tally.branches(theirs, self._others(), self.scope.zone, key=KEY, steps=self.scope.zone, tag=CHANGED)

    def changes(self, rows: Iterable[Row]) -> list[Row]:
        """What is to be added to the roll-up, by issue: what is (among `rows`), less what was."""
        now = [(row[0].removeprefix(CHANGED), *row[1:]) for row in rows if row[0].startswith(CHANGED)]
        return now + negative(self.before)

    def _holds(self, row: Row) -> bool:
        """Whether a row of a share was counted by what is read of the roll-up."""
        scope, day, team = self.scope, date.fromisoformat(row[1]), part(row, "team")
        if not self.first <= day <= self.last or day in self.live or (scope.severity and row[2] != scope.severity):
            return False
        if access.is_restricted(scope.user) and team != str(scope.user.team_id or NOBODY):
            return False
        return not (scope.team and team != str(scope.team.pk)) and not (scope.no_team and team)

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
