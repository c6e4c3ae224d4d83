"""One issue's life, replayed: people act as they did, and between their acts the engine does what is due.

The engine is the real one, at the very instants at which something is due, as the sweep would be with no delay.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from contacts.matrix import Matrix, Recipient
from escalations.case import Case
from escalations.enums import TRANSITIONS, Cause, ClockKind
from escalations.journal import Journal, Telling
from escalations.leaving import leaving
from escalations.messages import GRAVITY
from escalations.models.clock import Clock
from escalations.models.escalation import Escalation
from escalations.models.pause import Pause
from escalations.models.ticket import Ticket
from escalations.opening import first_clocks, told_unseen
from escalations.spans import Span
from templates_app.channels import APP

from .facts import Facts
from .outcome import Fired, Mail, Outcome, Told
from .rules import Rules

Who = Callable[[datetime], Matrix]
MOST_MOMENTS = 20_000  # of the engine in one issue's life: a reminder every quarter of an hour for half a year


class Rehearsal(Case):
    """A Case that keeps to itself what it would read and write."""

    def __init__(self, life: "Life", at: datetime) -> None:
        self._life = life
        journal = Journal(at, dry=True)
        journal.matrix = life.who(at)
        super().__init__(journal, life.ticket, [clock for clock in life.clocks if not clock.stopped_at], life.pauses)

    def last_cycle(self, kind: str) -> int:
        return max((clock.cycle for clock in self._life.clocks if clock.kind == kind), default=0)

    def add_clock(self, clock: Clock, *, after: Clock | None = None) -> None:
        self._life.keep(clock)
        self.clocks.append(clock)

    def add_pause(self, pause: Pause) -> None:
        self.pauses.append((pause.from_at, pause.to_at))

    def close_pause(self) -> None:
        """The list of pauses is all there is."""

    def alert(self, key: str, problem: str, what_to_do: str, *, managers: bool = False) -> None:
        """What administrators are told of the matrix is not the protocol's doing."""

    def tell_all(self, kind: str, *, unless: str) -> None:
        """Everybody who was told on a rung that stands hears that it is over, except who ended it."""
        for rung in self._life.open_rungs():
            for person in rung.contacts:
                if person["email"].lower() != unless:
                    self.tell(self._life.reader(person, rung.level), kind)


class Life:
    """`outcome` is what has come of it so far."""

    def __init__(self, facts: Facts, rules: Rules, who: Who) -> None:
        self.facts, self.rules, self.who = facts, rules, who
        self.outcome = Outcome()
        self.clocks: list[Clock] = []
        self.pauses: list[Span] = []
        self.rungs: list[Escalation] = []
        self._readers: dict[str, Recipient] = {}
        self.ticket = Ticket(
            pk=facts.pk,
            severity=rules.severities[facts.severity],
            owner=facts.owner,
            team_id=facts.team_id,
            reported_at=facts.reported_at,
            created_at=facts.created_at,
            untriaged=facts.untriaged,
        )

    def open(self) -> None:
        """As `opening.open_ticket` logs it."""
        ticket, at = self.ticket, self.facts.created_at
        for clock in first_clocks(ticket, ticket.reported_at, at):
            self.keep(clock)
        case = Rehearsal(self, at)
        case.plan()
        told = told_unseen(ticket.severity) if ticket.untriaged else ticket.severity.notify_on_open
        case.tell_rungs(told, cause=Cause.OPENED)
        case.fire_due(once=True)
        self._close(case)

    @contextmanager
    def turn(self, verb: str, at: datetime, *, once: bool = False) -> Iterator[Rehearsal]:
        """As `verbs.turn`: on leaving, everything is planned and fired if due."""
        self.ticket.status = TRANSITIONS[verb].get(self.ticket.status, self.ticket.status)
        case = Rehearsal(self, at)
        yield case
        case.plan()
        case.fire_due(once=once)
        self._close(case)

    def run_engine(self, *, before: datetime | None = None, until: datetime | None = None) -> None:
        """All that is due before an act (what people do at that very instant comes first), or up to the end."""
        for _moment in range(MOST_MOMENTS):
            running = (clock.next_event_at for clock in self.clocks if not clock.stopped_at)
            at = min((moment for moment in running if moment), default=None)
            if at is None or (before and at >= before) or (until and at > until):
                return
            case = Rehearsal(self, max(at, self.facts.created_at))
            case.fire_due()
            self._close(case)

    def finish(self) -> Outcome:
        outcome = self.outcome
        outcome.severity = self.ticket.severity.code
        outcome.breached = {(str(c.kind), c.cycle): c.breached_at for c in self.clocks if c.breached_at}
        outcome.told = [
            Told(str(rung.level), str(rung.cause), rung.at, tuple(p["name"] for p in rung.contacts))
            for rung in self.rungs
        ]
        return outcome

    # -- what a Case finds and leaves -------------------------------------------------------------------------------

    def keep(self, clock: Clock) -> None:
        """Keys decide which of two clocks that are due at once comes first: the older."""
        clock.pk = len(self.clocks) + 1
        self.clocks.append(clock)

    def resolution(self) -> Clock:
        return next(clock for clock in self.clocks if clock.kind == ClockKind.RESOLUTION)

    def open_rungs(self) -> list[Escalation]:
        return [rung for rung in self.rungs if rung.ended_at is None]

    def open_rung(self, level: str) -> Escalation | None:
        return next((rung for rung in self.open_rungs() if rung.level == level), None)

    def reader(self, person: dict[str, Any], level: str) -> Recipient:
        """Who was told before, with what they chose."""
        return self._readers.get(person["email"].lower()) or Recipient(**person, level=level)

    def _close(self, case: Rehearsal) -> None:
        self.pauses = case.pauses
        self.rungs += case.journal.escalations
        for event in case.journal.events:
            if event.clock:
                assert event.cycle is not None
                fired = Fired(str(event.clock.kind), event.cycle, event.key, event.due_at, event.at)
                self.outcome.fired.append(fired)
        self._post(case.journal.tellings, case.at)

    def _post(self, tellings: list[Telling], at: datetime) -> None:
        """One message a person and moment, as `messages.compose` folds them."""
        folded: dict[str, list[Telling]] = {}
        for telling in tellings:
            if telling.recipient.email:
                folded.setdefault(telling.recipient.email.lower(), []).append(telling)
                self._readers.setdefault(telling.recipient.email.lower(), telling.recipient)
        self.outcome.mails += [self._mail(email, group, at) for email, group in folded.items()]

    def _mail(self, email: str, group: list[Telling], at: datetime) -> Mail:
        gravest = min(group, key=lambda each: GRAVITY.index(each.kind))
        rungs = [str(each.escalation.level) for each in group if each.escalation]
        reader, severity = gravest.recipient, self.ticket.severity
        urgent = severity.is_urgent
        way = leaving(reader, at, severity=severity.code, escalates=urgent or bool(rungs), goes_through=urgent)
        leaves_at = None if way["channel"] == APP else way["next_try_at"]
        return Mail(at, email, reader.name, gravest.kind, max(rungs, default=""), reader.time_zone, leaves_at)
