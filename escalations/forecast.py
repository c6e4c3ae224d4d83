"""What happens next if nobody acts: the engine's own code, run ahead on copies, with nothing written."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contacts.matrix import Matrix
from escalations.case import Case
from escalations.enums import EventKind
from escalations.journal import Journal
from escalations.models import Ticket
from escalations.models.clock import Clock
from escalations.models.event import Event


@dataclass(frozen=True)
class Forecast:
    """`what` is "at_risk", "breach", "step" or "reminder"; `level` the rung that is reached, if it climbs.

    `who` is told then, `climbed_to` are those of them who stand on the rungs that it climbs to.
    """

    at: datetime
    what: str
    clock: str
    level: int | None
    who: list[str]
    climbed_to: list[str]


def forecast(ticket: Ticket, at: datetime, limit: int = 12, matrix: Matrix | None = None) -> list[Forecast]:
    """The coming events of the ticket's running clocks, oldest first, at most `limit`; absences as they are at `at`."""
    matrix = matrix or Matrix.at(at)
    ahead = copy.copy(ticket)
    clocks = [_copy(clock, ahead) for clock in ticket.current_clocks() if not clock.stopped_at]
    coming: list[Forecast] = []
    for _turn in range(4 * limit):  # a moment may bring nothing: a step with nobody above
        moment = _next_moment(clocks)
        if moment is None or len(coming) >= limit:
            break
        coming += _play(ahead, clocks, max(moment, at), matrix)
    return coming[:limit]


def ticket_next(ticket: Ticket, at: datetime, matrix: Matrix) -> Forecast | None:
    """The very next event, or None."""
    return next(iter(forecast(ticket, at, 1, matrix)), None)


def _copy(clock: Clock, ticket: Ticket) -> Clock:
    twin = copy.copy(clock)
    twin.ticket = ticket
    return twin


def _next_moment(clocks: Sequence[Clock]) -> datetime | None:
    return min((clock.next_event_at for clock in clocks if clock.next_event_at), default=None)


def _play(ticket: Ticket, clocks: Sequence[Clock], at: datetime, matrix: Matrix) -> list[Forecast]:
    """Let the clocks fire what is due at `at`."""
    journal = Journal(at, dry=True)
    journal.matrix = matrix
    Case(journal, ticket, clocks, ticket.spans()).fire_due()
    return [_foresee(event, journal) for event in journal.events if event.clock]


def _foresee(event: Event, journal: Journal) -> Forecast:
    assert event.clock
    climbs = event.kind in (EventKind.BREACH, EventKind.STEP)
    rungs = [e.data["level"] for e in journal.events if e.kind == EventKind.ESCALATED and e.due_at == event.due_at]
    told = [t for t in journal.tellings if t.due_at == event.due_at and (climbs or t.kind != "escalated")]
    return Forecast(
        at=event.due_at,
        what=str(event.kind),
        clock=str(event.clock.kind),
        level=max(rungs) if climbs and rungs else None,
        who=list(dict.fromkeys(telling.recipient.name for telling in told)),
        climbed_to=list(dict.fromkeys(t.recipient.name for t in told if t.escalation)),
    )
