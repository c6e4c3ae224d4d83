"""What happens next if nobody acts: the engine's own code, run ahead on copies, with nothing written."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contacts.matrix import Matrix
from escalations.case import Case
from escalations.journal import Journal
from escalations.models import Ticket
from escalations.models.clock import Clock


@dataclass(frozen=True)
class Forecast:
    """`what` is "at_risk", "breach", "step" or "reminder"; `level` the rung that is reached, if it climbs."""

    at: datetime
    what: str
    clock: str
    level: int | None
    who: list[str]


def forecast(ticket: Ticket, at: datetime, limit: int = 12, matrix: Matrix | None = None) -> list[Forecast]:
    """The coming events of the ticket's running clocks, oldest first, at most `limit`; absences as they are at `at`."""
    matrix = matrix or Matrix.at(at)
    ahead = copy.copy(ticket)
    clocks = [_copy(clock, ahead) for clock in ticket.current_clocks() if not clock.stopped_at]
    coming: list[Forecast] = []
    while len(coming) < limit and (clock := _earliest(clocks)):
        assert clock.next_event_at
        coming.append(_play(ahead, clocks, clock, max(clock.next_event_at, at), matrix))
    return coming


def ticket_next(ticket: Ticket, at: datetime, matrix: Matrix) -> Forecast | None:
    """The very next event, or None."""
    return next(iter(forecast(ticket, at, 1, matrix)), None)


def _copy(clock: Clock, ticket: Ticket) -> Clock:
    twin = copy.copy(clock)
    twin.ticket = ticket
    return twin


def _earliest(clocks: Sequence[Clock]) -> Clock | None:
    running = [clock for clock in clocks if clock.next_event_at]
    return min(running, key=lambda clock: (clock.next_event_at, clock.pk), default=None)


def _play(ticket: Ticket, clocks: Sequence[Clock], clock: Clock, at: datetime, matrix: Matrix) -> Forecast:
    """Let the clocks fire what is due at `at`."""
    assert clock.next_event_at
    when, what, kind, before = clock.next_event_at, clock.next_event, str(clock.kind), ticket.level
    journal = Journal(at)
    journal.matrix = matrix
    Case(journal, ticket, clocks, ticket.spans()).fire_due()
    names = dict.fromkeys(telling.recipient.name for telling in journal.tellings)
    return Forecast(when, what, kind, ticket.level if ticket.level > before else None, list(names))
