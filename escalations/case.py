"""A ticket in hand: its clocks, its pauses, and the journal of what is being done to it.

The desk's verbs and the sweep both work on a Case, so that whatever happens is recorded, told and planned in one way.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from contacts.matrix import Recipient
from escalations.actors import Actor
from escalations.enums import TOP, Cause, ClockKind, EventKind
from escalations.journal import Journal, Telling
from escalations.ladder import Climb, Ladder
from escalations.models.clock import AT_RISK, BREACH, REMINDER, STEP, Clock
from escalations.models.event import Event
from escalations.models.pause import Pause
from escalations.models.ticket import Ticket, earliest_due
from escalations.spans import Span

# Later than this after its time, a message says that it is late.
LATE = timedelta(seconds=60)


class Case(Ladder):
    """One ticket and what is done to it at `journal.at`.

    `news` are the events of this moment: every message of this moment tells them all.
    """

    def __init__(self, journal: Journal, ticket: Ticket, clocks: Iterable[Clock], pauses: Sequence[Span] = ()) -> None:
        self.journal = journal
        self.ticket = ticket
        self.clocks = list(clocks)
        self.pauses = list(pauses)
        self.news: list[Event] = []
        self.told: list[dict[str, str]] = []
        journal.tickets.append(ticket.pk)
        self._reached = ticket.level
        self._stood = (ticket.level, ticket.climbed_at)

    @property
    def at(self) -> datetime:
        return self.journal.at

    @property
    def moved(self) -> bool:
        """The ladder stands elsewhere than it did."""
        return (self.ticket.level, self.ticket.climbed_at) != self._stood

    def clock(self, kind: str) -> Clock | None:
        """The running (or paused) clock of this kind."""
        return next((c for c in self.clocks if c.kind == kind and not c.stopped_at), None)

    # -- rows that a verb needs before the journal is written; a rehearsal keeps them to itself ----------------------

    def last_cycle(self, kind: str) -> int:
        """The highest cycle among all its clocks of this kind; 0 if it had none."""
        cycles = self.ticket.clocks.filter(kind=kind).order_by("-cycle").values_list("cycle", flat=True)
        return cycles.first() or 0

    def add_clock(self, clock: Clock, *, after: Clock | None = None) -> None:
        """A new clock; `after`, stopped, makes room for it: one of a kind runs."""
        if after:
            after.save()
        clock.save()
        self.clocks.append(clock)

    def add_pause(self, pause: Pause) -> None:
        pause.save(force_insert=True)
        self.pauses.append((pause.from_at, pause.to_at))

    def close_pause(self) -> None:
        """End the row of the pause that lasts, if there is one."""
        self.ticket.pauses.filter(to_at=None).update(to_at=self.at)

    # -- recording -----------------------------------------------------------------------------------------------

    def record(
        self,
        kind: str,
        *,
        by: Actor | None = None,
        clock: Clock | None = None,
        key: str = "",
        due_at: datetime | None = None,
        text: str = "",
        **data: Any,
    ) -> Event:
        actor = by or Actor.system()
        event = Event(
            ticket=self.ticket,
            clock=clock,
            cycle=clock.cycle if clock else None,
            key=key,
            kind=kind,
            due_at=due_at or self.at,
            at=self.at,
            actor=actor.user,
            actor_name=actor.name,
            text=text,
            data=data,
        )
        self.journal.events.append(event)
        self.news.append(event)
        return event

    def fact(self, event: Event) -> dict[str, Any]:
        """The event as a message tells it."""
        clock = event.clock
        return {
            "what": str(event.kind),
            "clock": str(clock.kind) if clock else None,
            "clock_id": clock.pk if clock else None,
            "due_at": event.due_at.isoformat(),
            "at": event.at.isoformat(),
            "late": self.is_late(event),
            "target": event.data.get("target", ""),
            "level": event.data.get("level"),
        }

    def is_late(self, event: Event) -> bool:
        """Late by our fault: an issue that was logged after its time is not."""
        if event.clock is None:
            return False
        floor = event.clock.floor_at or event.due_at
        return event.at - max(event.due_at, floor) > LATE

    def tell(self, recipient: Recipient | None, kind: str, *, due_at: datetime | None = None, **more: Any) -> None:
        if recipient:
            self.journal.tellings.append(Telling(self, recipient, kind, due_at or self.at, **more))

    # -- planning ------------------------------------------------------------------------------------------------

    def plan(self) -> None:
        """Recompute every clock from its facts, and the ticket's earliest due time from the clocks."""
        for clock in self.clocks:
            clock.replan(
                self.pauses, level=self.ticket.level, climbed_at=self.ticket.climbed_at, held=self.ticket.held_until
            )
        self.ticket.next_due_at, self.ticket.next_due_kind = earliest_due(self.clocks)

    def _look_ahead(self) -> None:
        for clock in self.clocks:
            clock.next_event_at, clock.next_event = clock.next(
                self.pauses, level=self._reached, climbed_at=self.ticket.climbed_at, held=self.ticket.held_until
            )

    # -- firing --------------------------------------------------------------------------------------------------

    def fire_due(self, *, once: bool = False) -> None:
        """Fire all that is due, in the order of its true due times, then climb to where that leads.

        `once`: however many clocks were found past due, the ladder climbs a single rung (an issue logged after its
        time, a severity raised).
        """
        self._reached = self.ticket.level
        climbs: list[Climb] = []
        self._look_ahead()
        while due := self._earliest_due():
            climb = self._fire(due)
            if climb and self._reached < TOP:
                climbs.append(climb)
                self._reached += 1
            self._look_ahead()
        if climbs:
            self.climb(climbs[:1] if once else climbs)
        self._reached = self.ticket.level
        self._look_ahead()

    def _earliest_due(self) -> Clock | None:
        due = [c for c in self.clocks if c.next_event_at and c.next_event_at <= self.at]
        return min(due, key=lambda c: (c.next_event_at, c.pk)) if due else None

    def _fire(self, clock: Clock) -> Climb | None:
        """Let the clock do what is next; returns the climb that this causes, if any."""
        due = clock.next_event_at
        assert due
        match clock.next_event:
            case "at_risk":
                self._at_risk(clock, due)
            case "breach":
                return self._breach(clock, due)
            case "step":
                return self._step(clock, due)
            case "reminder":
                self._remind(clock)
        return None

    def _at_risk(self, clock: Clock, due: datetime) -> None:
        clock.warned_at = due
        self.record(EventKind.AT_RISK, clock=clock, key=AT_RISK, due_at=due, target=clock.target_label())
        self._tell_owner("at_risk", due)

    def _breach(self, clock: Clock, due: datetime) -> Climb | None:
        self.record_breach(clock, due)
        assert clock.fired_at
        self._tell_owner("reminder" if clock.kind == ClockKind.UPDATE else "breach", due)
        # While somebody has it, the breach is recorded and the ladder waits for them.
        if self.ticket.held_until and self.ticket.held_until > clock.fired_at:
            return None
        self._climbs_at(clock.fired_at)
        return Climb(Cause.BREACH, clock, clock.fired_at)

    def record_breach(self, clock: Clock, due: datetime) -> None:
        """The clock ran out; `due` is when."""
        clock.breached_at = clock.breached_at or due
        clock.fired_at = max(due, clock.floor_at) if clock.floor_at else due
        self.record(EventKind.BREACH, clock=clock, key=BREACH, due_at=due, target=clock.target_label())

    def _climbs_at(self, at: datetime) -> None:
        self.ticket.climbed_at = max(at, self.ticket.climbed_at) if self.ticket.climbed_at else at

    def _step(self, clock: Clock, due: datetime) -> Climb | None:
        if not self.somebody_above(self._reached):
            # Nobody to tell: look again in a step, and fill no page with it. The administrators know.
            self._climbs_at(self.at)
            return None
        clock.climbs += 1
        self._climbs_at(due)
        if self.ticket.pk in self.journal.unheard:
            self.tell_untold()
        self.record(EventKind.STEP, clock=clock, key=f"{STEP}:{clock.climbs}", due_at=due, target=clock.target_label())
        return Climb(Cause.STEP, clock, due)

    def _remind(self, clock: Clock) -> None:
        slot, skipped = clock.latest_reminder(self.at, self.pauses)
        clock.reminded_at = slot
        key = f"{REMINDER}:{slot:%y%m%d%H%M%S}"
        self.record(
            EventKind.REMINDER, clock=clock, key=key, due_at=slot, target=clock.target_label(), skipped=max(skipped, 0)
        )
        self._tell_owner("reminder", slot)

    def _tell_owner(self, kind: str, due: datetime) -> None:
        recipient = self.owner_recipient()
        self.tell(recipient, kind, due_at=due)
        if recipient is None:
            self.alert_unowned()
