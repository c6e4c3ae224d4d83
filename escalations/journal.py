"""What is about to be written: events, escalations, messages, changed rows. Written set-based, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from contacts.matrix import Matrix, Recipient
from escalations import confidential, room
from escalations.alerts import Alert
from escalations.alerts import messages as alert_messages
from escalations.audit.chain import chain
from escalations.enums import EventKind
from escalations.messages import compose
from escalations.models.escalation import Escalation
from escalations.models.event import Event
from escalations.models.ticket import Ticket
from escalations.models.version import ProtocolVersion
from escalations.search import index
from escalations.watching import tell_watchers
from escalations.webhooks.telling import announce
from escalations.write_back import insert, write_back
from templates_app.models import Notification
from templates_app.models.notification import State

if TYPE_CHECKING:
    from escalations.case import Case

# What a sweep changes of a clock, and what a verb may change besides.
SWEPT_CLOCK_COLUMNS = (
    "breached_at",
    "warned_at",
    "fired_at",
    "reminded_at",
    "climbs",
    "next_event_at",
    "next_event",
)
CLOCK_COLUMNS = (
    *SWEPT_CLOCK_COLUMNS,
    "cycle",
    "calendar",
    "budget",
    "warn_after",
    "step",
    "every",
    "promised",
    "floor_at",
    "retargeted",
    "protocol",
    "due_at",
    "at_risk_at",
    "paused_at",
    "stopped_at",
    "verdict",
    "took",
)
SWEPT_TICKET_COLUMNS = ("level", "climbed_at", "last_seal")


@dataclass
class Telling:
    """One person to be told one thing; several for the same person and ticket become one message."""

    case: "Case"
    recipient: Recipient
    kind: str
    due_at: datetime
    escalation: Escalation | None = None
    reason: str = ""
    by: str = ""


@dataclass
class Journal:
    """Collects what one transaction will write at `at`. Nothing reaches the database before `write`."""

    at: datetime
    dry: bool = False  # a look ahead: nothing may be read for it or written
    tickets: list[int] = field(default_factory=list)  # primary keys of what is in hand
    events: list[Event] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    tellings: list[Telling] = field(default_factory=list)
    messages: list[Notification] = field(default_factory=list)
    alerts: dict[str, Alert] = field(default_factory=dict)
    named: dict[int, set[int]] = field(default_factory=dict)  # who may see the confidential ones among the tickets
    accounts: dict[str, int] = field(default_factory=dict)  # of people told about those, by address

    @cached_property
    def matrix(self) -> Matrix:
        return Matrix.at(self.at)

    @cached_property
    def protocol(self) -> int | None:
        """The key of the version of the protocol that runs, under which targets are set now. One query, when one is."""
        if self.dry:
            return None
        return ProtocolVersion.objects.filter(runs=True).values_list("pk", flat=True).first()

    @cached_property
    def unheard(self) -> set[int]:
        """Tickets in hand with a rung whose message was withdrawn and that still matters. One query for all of them,
        and only when a ladder steps."""
        if self.dry:
            return set()
        open_ones = Escalation.objects.filter(ticket__in=self.tickets, ended_at=None, notified_at=None)
        still_matter = open_ones.filter(Q(clock=None) | Q(clock__stopped_at=None))
        messages = Notification.objects.filter(escalation_id=OuterRef("pk"))
        withdrawn = still_matter.filter(
            Exists(messages.filter(state=State.CANCELLED)), ~Exists(messages.filter(state=State.QUEUED))
        )
        return set(withdrawn.values_list("ticket_id", flat=True))

    def write(self, cases: Sequence["Case"], *, swept: bool = False) -> None:
        """Write everything. `swept` limits the columns to those that a sweep can change.

        The tickets are locked: each event is sealed onto the newest of its ticket. A verb saves its ticket itself.
        """
        confidential.name_those_told(self, cases)
        chain(self.events)
        insert(self.events)
        Escalation.objects.bulk_create(self.escalations)
        tell_watchers(cases)
        self.messages += compose(filter(confidential.is_for, self.tellings), self.at)
        self.messages += room.messages(cases, self.at)
        self._read_by_those_who_act()
        if self.alerts:
            self.messages += alert_messages(self.alerts.values(), self.at)
        insert(self.messages, ignore_conflicts=bool(self.alerts))
        write_back((clock for case in cases for clock in case.clocks), SWEPT_CLOCK_COLUMNS if swept else CLOCK_COLUMNS)
        if swept:
            write_back((case.ticket for case in cases if case.moved or case.news), SWEPT_TICKET_COLUMNS)
        index(self._said_something(cases))
        announce(self.events, self.at, lambda: self.matrix)

    def _read_by_those_who_act(self) -> None:
        """Who does something about an issue has read what they were told of it."""
        acted = {(e.actor_id, e.ticket.number) for e in self.events if e.actor_id and e.kind != EventKind.OPENED}
        for actor, number in acted:
            told = Notification.objects.filter(user_id=actor, about=number, read_at=None)
            told.update(read_at=self.at)

    def _said_something(self, cases: Sequence["Case"]) -> list[Ticket]:
        """Tickets in which a search may now find more, or less: what the engine does alone has no words."""
        worded = (e for e in self.events if e.actor_id or e.text or e.kind == EventKind.OPENED)
        keys = {event.ticket_id for event in worded}
        return [case.ticket for case in cases if case.ticket.pk in keys]
