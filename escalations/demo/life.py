"""The life of one ticket, played in memory: no row is read or written, and nobody is told anything.

It goes through the same `Case` as the desk's verbs and the sweep, so that clocks, breaches and climbs come out alike.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from contacts.matrix import Matrix
from contacts.models import User
from escalations import budgets
from escalations.actors import Actor
from escalations.case import Case
from escalations.enums import Cause, ClockKind, EventKind, Status
from escalations.journal import Journal
from escalations.models import Clock, Escalation, Pause, Ticket
from escalations.models.pause import PauseCause
from escalations.verbs.customer import answer, stop_clock

from .acts import INSTANT, Act

TOLD_AFTER = timedelta(seconds=3)


class Life:
    """`keys` hands out the keys of the clocks, which are fixed before anything refers to them."""

    def __init__(self, ticket: Ticket, desk: User, matrix: Matrix, keys: Iterator[int]) -> None:
        self.ticket, self.clocks, self.pauses = ticket, list[Clock](), list[Pause]()
        self.journal = Journal(ticket.reported_at)
        self.journal.matrix = matrix
        self._case = Case(self.journal, ticket, [])
        self._keys = keys
        self._by = Actor.of(ticket.owner or desk)

    @property
    def escalations(self) -> list[Escalation]:
        return self.journal.escalations

    def play(self, acts: Sequence[Act], until: datetime) -> None:
        for act in acts:
            self._run_engine(act.at - INSTANT)  # an act at the very instant of a breach comes before it
            self.journal.at = act.at
            getattr(self, f"_{act.verb}")(**act.words)
            self._plan()
        self._run_engine(until)
        for escalation in self.escalations:
            escalation.notified_at = min(escalation.at + TOLD_AFTER, until)

    # -- what happens ------------------------------------------------------------------------------------------------

    def _open(self, reported_at: datetime | None = None) -> None:
        ticket, at = self.ticket, self.journal.at
        ticket.reported_at, ticket.created_at, ticket.created_by = reported_at or at, at, self._by.user
        self._start(budgets.response_clock(ticket, ticket.reported_at, at))
        self._start(budgets.update_clock(ticket, ticket.reported_at, at, cycle=1))
        self._start(budgets.resolution_clock(ticket, ticket.reported_at, at))
        self._case.record(
            EventKind.OPENED,
            by=self._by,
            due_at=ticket.reported_at,
            severity=ticket.severity_id,
            source=ticket.source,
        )
        self._case.tell_rungs(ticket.severity.notify_on_open, cause=Cause.OPENED)

    def _acknowledge(self) -> None:
        self.ticket.status = Status.ACKNOWLEDGED
        answer(self._case)
        self._case.record(EventKind.ACKNOWLEDGED, by=self._by, message=False)

    def _update(self, summary: str, next_steps: str, next_update_at: datetime | None = None) -> None:
        self.ticket.status = Status.IN_PROGRESS
        self.ticket.last_message_at = self.journal.at
        promise = next_update_at.isoformat() if next_update_at else None
        self._case.record(
            EventKind.UPDATE_SENT,
            by=self._by,
            text=summary,
            next_steps=next_steps,
            expected_resolution="",
            next_update_at=promise,
        )
        if owed := self._case.clock(ClockKind.UPDATE):
            stop_clock(self._case, owed)
        cycle = sum(clock.kind == ClockKind.UPDATE for clock in self.clocks) + 1
        self._start(budgets.update_clock(self.ticket, self.journal.at, self.journal.at, cycle, next_update_at))
        if self.ticket.held_until:
            self.ticket.held_until = max(self.ticket.held_until, self.ticket.severity.one_step_after(self.journal.at))

    def _wait(self, reason: str) -> None:
        self.ticket.status = Status.WAITING
        answer(self._case)
        self.pauses.append(
            Pause(
                ticket=self.ticket,
                cause=PauseCause.WAITING,
                from_at=self.journal.at,
                by=self._by.user,
                reason=reason,
            )
        )
        self._case.record(EventKind.WAITING, by=self._by, text=reason)

    def _resume(self) -> None:
        self.ticket.status = Status.IN_PROGRESS
        self.pauses[-1].to_at = self.journal.at
        self._case.record(EventKind.RESUMED, by=self._by)

    def _take(self) -> None:
        if not self.escalations:
            return
        ticket, who = self.ticket, self.escalations[-1].contacts[0]["name"]
        ticket.taken_at, ticket.taken_by_name = self.journal.at, who
        ticket.held_until = ticket.severity.one_step_after(self.journal.at)
        for escalation in self.escalations:
            if not escalation.taken_at:
                escalation.taken_at, escalation.taken_by_name = self.journal.at, who
        self._case.record(EventKind.TAKEN, by=Actor.outsider(who), held_until=ticket.held_until.isoformat())

    def _resolve(self, root_cause: str, solution: str, prevention: str) -> None:
        ticket, at = self.ticket, self.journal.at
        ticket.status, ticket.resolved_at, ticket.last_message_at, ticket.held_until = Status.RESOLVED, at, at, None
        ticket.root_cause, ticket.solution, ticket.prevention = root_cause, solution, prevention
        answer(self._case)
        for clock in self._case.clocks:
            if not clock.stopped_at:
                clock.stop(at)
                clock.keep_time(self._case.pauses)
        self._case.record(EventKind.RESOLVED, by=self._by, text=solution, root_cause=root_cause, prevention=prevention)
        for escalation in self.escalations:
            escalation.ended_at = at

    def _close(self) -> None:
        self.ticket.status, self.ticket.closed_at = Status.CLOSED, self.journal.at
        self._case.record(EventKind.CLOSED, by=self._by)

    # -- clocks ------------------------------------------------------------------------------------------------------

    def _start(self, clock: Clock | None) -> None:
        if clock:
            clock.pk = next(self._keys)
            self.clocks.append(clock)
            self._case.clocks.append(clock)

    def _plan(self) -> None:
        self._case.clocks = [clock for clock in self._case.clocks if not clock.stopped_at]
        self._case.pauses = [(pause.from_at, pause.to_at) for pause in self.pauses]
        self._case.plan()

    def _run_engine(self, until: datetime) -> None:
        while (due := self._next()) and due <= until:
            self.journal.at = due
            self._case.fire_due()

    def _next(self) -> datetime | None:
        times: list[Any] = [clock.next_event_at for clock in self._case.clocks if clock.next_event_at]
        return min(times) if times else None
