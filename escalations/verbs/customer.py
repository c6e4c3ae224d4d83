"""The verbs that the customer notices: answer, inform, wait, resolve, reopen, close (Protocol, section 4)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from contacts.models import User
from escalations import budgets, customer_mail
from escalations.actors import Actor
from escalations.enums import OPEN, ClockKind, EventKind
from escalations.errors import Invalid
from escalations.models.clock import Clock
from escalations.models.pause import Pause, PauseCause

from .turn import turn

if TYPE_CHECKING:
    from escalations.case import Case


class CustomerVerbs:
    """Part of Ticket."""

    def acknowledge(self: Any, *, by: Actor | User, at: datetime, message: bool = False) -> None:
        """The first response; stops the response clock. `message` sends the acknowledgement template."""
        actor = Actor.of(by)
        with turn(self, "acknowledge", at) as case:
            answer(case)
            case.record(EventKind.ACKNOWLEDGED, by=actor, message=message)
            if message:
                customer_mail.send(case, "acknowledgement", by=actor)
                heard(case)

    def send_update(
        self: Any,
        *,
        summary: str,
        next_steps: str,
        by: Actor | User,
        at: datetime,
        expected_resolution: str = "",
        next_update_at: datetime | None = None,
    ) -> None:
        """A status update to the customer; starts the update clock anew.

        `next_update_at` is a promise: the next update is due then. Without it the severity's cadence holds.
        """
        _required(summary=summary, next_steps=next_steps)
        if next_update_at and next_update_at <= at:
            raise Invalid(next_update_at=_("Promise a time that lies ahead."))
        actor = Actor.of(by)
        with turn(self, "send_update", at) as case:
            case.record(
                EventKind.UPDATE_SENT,
                by=actor,
                text=summary,
                next_steps=next_steps,
                expected_resolution=expected_resolution,
                next_update_at=next_update_at.isoformat() if next_update_at else None,
            )
            heard(case, promised=next_update_at)
            customer_mail.send(
                case,
                "status-update",
                by=actor,
                work_completed=summary,
                next_steps=next_steps,
                expected_resolution=expected_resolution,
            )

    def wait(self: Any, *, reason: str, by: Actor | User, at: datetime) -> None:
        """Wait on the customer; the resolution and update clocks pause. Counts as the first response."""
        _required(reason=reason)
        actor = Actor.of(by)
        with turn(self, "wait", at) as case:
            answer(case)
            pause(case, PauseCause.WAITING, case.at, by=actor, reason=reason)
            case.record(EventKind.WAITING, by=actor, text=reason)

    def resume(self: Any, *, by: Actor | User, at: datetime) -> None:
        """The customer has answered: the clocks run on with what they had left."""
        actor = Actor.of(by)
        with turn(self, "resume", at) as case:
            end_pause(case)
            case.record(EventKind.RESUMED, by=actor)

    def resolve(self: Any, *, root_cause: str, solution: str, prevention: str, by: Actor | User, at: datetime) -> None:
        """Resolved: all clocks stop, the ladder ends, the customer and everybody who was told hear of it."""
        _required(root_cause=root_cause, solution=solution, prevention=prevention)
        actor = Actor.of(by)
        with turn(self, "resolve", at) as case:
            answer(case)
            end_pause(case)
            for clock in case.clocks:
                if not clock.stopped_at:
                    clock.stop(case.at)
            ticket = case.ticket
            ticket.resolved_at = ticket.last_message_at = case.at
            ticket.held_until = None
            ticket.root_cause, ticket.solution, ticket.prevention = root_cause, solution, prevention
            case.record(EventKind.RESOLVED, by=actor, text=solution, root_cause=root_cause, prevention=prevention)
            case.stand_down(by=actor)
            customer_mail.send(
                case, "resolution", by=actor, root_cause=root_cause, solution=solution, prevention=prevention
            )

    def reopen(self: Any, *, reason: str, by: Actor | User, at: datetime) -> None:
        """It was not solved: the resolution clock runs on, the resolved time does not count."""
        _required(reason=reason)
        actor = Actor.of(by)
        with turn(self, "reopen", at) as case:
            ticket = case.ticket
            assert ticket.resolved_at  # a constraint says so
            pause(case, PauseCause.RESOLVED, ticket.resolved_at, by=actor, reason=reason)
            end_pause(case)
            ticket.resolved_at = ticket.closed_at = None
            resolution = ticket.clocks.select_related("calendar").get(kind=ClockKind.RESOLUTION)
            resolution.ticket = ticket
            resolution.resume_after_stop()
            case.clocks.append(resolution)
            start_update_clock(case)
            case.record(EventKind.REOPENED, by=actor, text=reason)
            case.tell_unless(case.owner_recipient(), "reopened", actor, reason=reason)

    def close(self: Any, *, by: Actor | User, at: datetime) -> None:
        """Done and confirmed."""
        actor = Actor.of(by)
        with turn(self, "close", at) as case:
            case.ticket.closed_at = case.at
            case.record(EventKind.CLOSED, by=actor)


def answer(case: "Case") -> None:
    """The first response, if there was none: acknowledged, waiting or resolved, whichever comes first."""
    if case.ticket.acknowledged_at is None:
        case.ticket.acknowledged_at = case.at
    if clock := case.clock(ClockKind.RESPONSE):
        stop_clock(case, clock)


def stop_clock(case: "Case", clock: Clock, *, judged: bool = True) -> None:
    """Stop it; a breach that no sweep has seen yet is recorded, with its true due time."""
    fired = clock.fired_at is not None
    due = clock.due_at
    clock.stop(case.at, judged=judged)
    if clock.breached_at and not fired and due and due < case.at:
        clock.fired_at = due
        case.record(EventKind.BREACH, clock=clock, key="breach", due_at=due, target=clock.target_label())


def heard(case: "Case", promised: datetime | None = None) -> None:
    """The customer has heard from us: the update owed is given, the next one is owed, and a ladder that somebody has
    taken rests until then."""
    ticket = case.ticket
    ticket.last_message_at = case.at
    clock = start_update_clock(case, promised)
    if ticket.taken_at and ticket.held_until:
        next_due = clock.due_at if clock else None
        ticket.held_until = max(ticket.held_until, next_due or ticket.severity.one_step_after(case.at))


def start_update_clock(case: "Case", promised: datetime | None = None, *, judged: bool = True) -> Clock | None:
    """Stop the update clock that runs, if any, and start the next."""
    if running := case.clock(ClockKind.UPDATE):
        stop_clock(case, running, judged=judged)
    if case.ticket.status not in OPEN:
        return None
    last = case.ticket.clocks.filter(kind=ClockKind.UPDATE).order_by("-cycle").values_list("cycle", flat=True).first()
    clock = budgets.update_clock(case.ticket, case.at, case.at, (last or 0) + 1, promised)
    if clock is None:
        return None
    if running:
        running.save()
    clock.save()
    case.clocks.append(clock)
    case.plan()
    return clock


def pause(case: "Case", cause: str, since: datetime, *, by: Actor, reason: str) -> None:
    Pause.objects.create(ticket=case.ticket, cause=cause, from_at=since, by=by.user, reason=reason)
    case.pauses.append((since, None))


def end_pause(case: "Case") -> None:
    """End the pause that lasts, if there is one."""
    case.ticket.pauses.filter(to_at=None).update(to_at=case.at)
    case.pauses = [(begins, ends or case.at) for begins, ends in case.pauses]


def _required(**texts: str) -> None:
    empty = {name: _("Please fill this in.") for name, text in texts.items() if not text.strip()}
    if empty:
        raise Invalid(**empty)
