"""Which rungs nobody can be told on in the coming days, and why.

Only absences and turns change by themselves, so it is enough to look at the instants at which one begins or ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from contacts.matrix import WHY_NOT, Book, Matrix
from contacts.models import Contact, Team
from contacts.models.matrix import Level

AHEAD = timedelta(days=14)
# Gaps are followed further than they are looked for, so that their ends are known.
HORIZON = timedelta(days=60)
DAYS = AHEAD.days
GAP, WEAK = "gap", "weak"


@dataclass(frozen=True)
class Rung:
    level: str
    team_id: int | None
    title: str
    team: str = ""  # empty: everyone's

    @property
    def label(self) -> str:
        return str(Level(self.level).label)


@dataclass(frozen=True)
class Stretch:
    """From `since` to `until` nobody can be told on this rung (GAP), or nobody of the team itself (WEAK).

    `since` None: already; `until` None: for as long as can be seen. `reasons`: (name, key of WHY_NOT), sorted.
    """

    rung: Rung
    state: str
    since: datetime | None
    until: datetime | None
    reasons: tuple[tuple[str, str], ...]

    def holds_on(self, start: datetime, end: datetime) -> bool:
        """True if it holds at some time from `start` to just before `end`."""
        return (self.since is None or self.since < end) and (self.until is None or self.until > start)

    @property
    def why(self) -> str:
        """As "Vera: absent; Ines: mail was refused"."""
        if not self.reasons:
            return _("Nobody stands there.")
        return "; ".join(
            str(WHY_NOT[code]) if code == "nobody" else f"{name}: {WHY_NOT[code]}" for name, code in self.reasons
        )


def coverage(at: datetime) -> "Coverage":
    book = Book.between(at, at + HORIZON)
    teams = dict(Team.objects.values_list("pk", "name"))
    return Coverage(at, book, teams)


class Coverage:
    """What is known at `at` of the time from then on."""

    def __init__(self, at: datetime, book: Book, teams: dict[int, str]) -> None:
        self.at, self._book = at, book
        self._now = book.at(at)
        own = sorted((teams[key], key) for key in self._now.teams() if key in teams)
        everyones = [self._rung(level, None, "") for level in Level.values]
        of_teams = [
            self._rung(level, key, name) for name, key in own for level in Level.values if self._has(level, key)
        ]
        self.rungs: list[Rung] = [*everyones, *of_teams]
        self.stretches = [stretch for stretch in self._all() if stretch.holds_on(at, at + AHEAD)]

    @property
    def gaps(self) -> list[Stretch]:
        """What begins within 14 days, soonest first."""
        return [stretch for stretch in self.stretches if stretch.state == GAP]

    @property
    def weak(self) -> list[Stretch]:
        return [stretch for stretch in self.stretches if stretch.state == WEAK]

    @property
    def unproven(self) -> list[Contact]:
        """Who is asked first on a rung, now, and has never shown that their address is read."""
        first = (self._now.who(rung.level, rung.team_id).recipient for rung in self.rungs)
        keys = {recipient.contact_id for recipient in first if recipient}
        return [each for each in self._book.contacts if each.pk in keys and each.proved_at is None]

    def calendar(self) -> tuple[list[date], list[tuple[Rung, list[Stretch | None]]]]:
        """The reader's days from today on, and for each rung the gravest stretch of each day."""
        today = localtime(self.at).replace(hour=0, minute=0, second=0, microsecond=0)
        starts = [today + timedelta(days=n) for n in range(DAYS + 1)]  # on the wall: a day may have 23 hours
        rows = []
        for rung in self.rungs:
            mine = [each for each in self.stretches if each.rung == rung]
            rows.append((rung, [_gravest(mine, max(start, self.at), end) for start, end in pairwise(starts)]))
        return [start.date() for start in starts[:-1]], rows

    def _rung(self, level: str, team_id: int | None, team: str) -> Rung:
        rows = self._now.rows(level, team_id)
        return Rung(level, team_id, rows[0].title if rows else str(Level(level).label), team)

    def _has(self, level: str, team_id: int) -> bool:
        return bool(self._now.rows(level, team_id))

    def _all(self) -> list[Stretch]:
        end = self.at + HORIZON
        moments = [*self._book.changes(self.at, end), end]
        found: dict[Rung, list[Stretch]] = {rung: [] for rung in self.rungs}
        for since, until in pairwise(moments):
            matrix = self._book.at(since)
            for rung in self.rungs:
                here = _look(matrix, rung, None if since == self.at else since, None if until == end else until)
                if here:
                    _append(found[rung], here)
        order = [each for stretches in found.values() for each in stretches]
        return sorted(order, key=lambda each: (each.since or self.at, each.rung.team, each.rung.level))


def _look(matrix: Matrix, rung: Rung, since: datetime | None, until: datetime | None) -> Stretch | None:
    standing = matrix.who(rung.level, rung.team_id)
    names = [name for name, _why in standing.passed]
    reasons = tuple(sorted(zip(names, standing.codes, strict=True)))
    if standing.recipient is None:
        return Stretch(rung, GAP, since, until, reasons)
    own = matrix.rows(rung.level, rung.team_id) if rung.team_id else []
    if own and len(reasons) >= len(own):
        return Stretch(rung, WEAK, since, until, reasons)
    return None


def _append(stretches: list[Stretch], here: Stretch) -> None:
    """What goes on in the same way is one."""
    last = stretches[-1] if stretches else None
    if last and last.until == here.since and (last.state, last.reasons) == (here.state, here.reasons):
        stretches[-1] = replace(last, until=here.until)
    else:
        stretches.append(here)


def _gravest(stretches: Iterable[Stretch], start: datetime, end: datetime) -> Stretch | None:
    here: Sequence[Stretch] = [each for each in stretches if each.holds_on(start, end)]
    return min(here, key=lambda each: each.state) if here else None  # "gap" comes before "weak"
