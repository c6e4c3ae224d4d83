"""The verbs that the customer notices: wait, resolve, reopen, close (Protocol, section 4); and how their clocks go."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from contacts.models import User
from escalations import budgets, customer_mail, customer_pages
from escalations.actors import Actor
from escalations.enums import OPEN, Cause, ClockKind, EventKind, RootCause
from escalations.errors import Invalid, StillOpen
from escalations.models.clock import Clock
from escalations.models.pause import Pause, PauseCause

from .aftercare import cancel_check_ins, plan_check_ins
from .turn import turn

if TYPE_CHECKING:
    from escalations.case import Case


class CustomerVerbs:
    """Part of Ticket."""

    def wait(self: Any, *, reason: str, by: Actor | User, at: datetime) -> None:
        """Wait on the customer; the resolution and update clocks pause. Counts as the first response."""
        required(reason=reason)
        actor = Actor.of(by)
        with turn(self, "wait", at) as case:
            answer(case)
            for clock in case.clocks:
                record_unseen_breach(case, clock)
            pause(case, PauseCause.WAITING, case.at, by=actor, reason=reason)
            case.record(EventKind.WAITING, by=actor, text=reason)

    def resume(self: Any, *, by: Actor | User, at: datetime) -> None:
        """The customer has answered: the clocks run on with what they had left."""
        actor = Actor.of(by)
        with turn(self, "resume", at) as case:
            end_pause(case)
            case.record(EventKind.RESUMED, by=actor)
            case.tell_untold()

    def resolve(
        self: Any,
        *,
        root_cause: str,
        solution: str,
        prevention: str,
        by: Actor | User,
        at: datetime,
        language: str = "",
        cause: str = "",
    ) -> None:
        """Resolved: all clocks stop, the ladder ends, the customer and everybody who was told hear of it. `language`
        is the message's, else the customer's. `cause` is its kind, for the numbers alone; empty leaves what was."""
        required(root_cause=root_cause, solution=solution, prevention=prevention)
        if cause and cause not in RootCause.values:
            raise Invalid(cause=_("There is no such kind of cause."))
        actor = Actor.of(by)
        with turn(self, "resolve", at) as case:
            answer(case)
            end_pause(case)
            for clock in case.clocks:
                if not clock.stopped_at:
                    stop_clock(case, clock)
            ticket = case.ticket
            ticket.resolved_at = ticket.last_message_at = case.at
            ticket.held_until = None
            ticket.root_cause, ticket.solution, ticket.prevention = root_cause, solution, prevention
            ticket.cause = cause or ticket.cause
            more: dict[str, Any] = {"cause": str(ticket.cause)} if ticket.cause else {}
            case.record(
                EventKind.RESOLVED, by=actor, text=solution, root_cause=root_cause, prevention=prevention, **more
            )
            case.stand_down(by=actor)
            plan_check_ins(case)
            words = {"root_cause": root_cause, "solution": solution, "prevention": prevention}
            customer_mail.send(case, "resolution", by=actor, language=language, **words)

    def reopen(self: Any, *, reason: str, by: Actor | User, at: datetime) -> None:
        """It was not solved: the resolution clock runs on, the resolved time does not count. A merged issue stands on
        its own again; what went over to the other one stays there."""
        required(reason=reason)
        with turn(self, "reopen", at) as case:
            reopen_case(case, Actor.of(by), reason)

    def close(self: Any, *, by: Actor | User, at: datetime, reason: str = "") -> None:
        """Done and confirmed. Raises StillOpen while the checklist asks for more, unless a `reason` is given."""
        from escalations.checklist import open_lines

        actor = Actor.of(by)
        with turn(self, "close", at) as case:
            lines = open_lines(case.ticket)
            if lines and not reason.strip():
                raise StillOpen([item.line.action for item in lines])
            case.ticket.closed_at = case.at
            customer_pages.closed(case)
            case.record(
                EventKind.CLOSED, by=actor, text=reason.strip(), open_lines=[item.line.action for item in lines]
            )


def reopen_case(case: "Case", actor: Actor, reason: str) -> None:
    ticket = case.ticket
    assert ticket.resolved_at  # a constraint says so
    pause(case, PauseCause.RESOLVED, ticket.resolved_at, by=actor, reason=reason)
    end_pause(case)
    ticket.resolved_at = ticket.closed_at = ticket.merged_into = ticket.confirmed_at = None
    resolution = ticket.clocks.select_related("calendar").get(kind=ClockKind.RESOLUTION)
    resolution.ticket = ticket
    resolution.resume_after_stop()
    case.clocks.append(resolution)
    start_update_clock(case)
    cancel_check_ins(case)
    customer_pages.opened_again(case)
    case.record(EventKind.REOPENED, by=actor, text=reason)
    # The ladder begins anew: who was told that it is over must hear that it is not.
    ticket.level, ticket.climbed_at, ticket.held_until = 1, case.at, None
    ticket.taken_at, ticket.taken_by, ticket.taken_by_name = None, None, ""
    case.tell_rungs(ticket.severity.notify_on_open, cause=Cause.REOPENED)


def answer(case: "Case") -> None:
    """The first response, if there was none: acknowledged, waiting or resolved, whichever comes first."""
    if case.ticket.acknowledged_at is None:
        case.ticket.acknowledged_at = case.at
    if clock := case.clock(ClockKind.RESPONSE):
        stop_clock(case, clock)


def stop_clock(case: "Case", clock: Clock, *, judged: bool = True) -> None:
    """Stop it; a breach that no sweep has seen yet is recorded, with its true due time."""
    record_unseen_breach(case, clock)
    clock.stop(case.at, judged=judged)
    clock.keep_time(case.pauses)


def record_unseen_breach(case: "Case", clock: Clock) -> None:
    if clock.is_overdue(case.at) and clock.fired_at is None and clock.due_at:
        case.record_breach(clock, clock.due_at)


def heard(case: "Case", promised: datetime | None = None) -> None:
    """The customer has heard from us: the update owed is given, the next one is owed, and a ladder that somebody has
    taken rests until then."""
    ticket = case.ticket
    ticket.last_message_at = case.at
    clock = start_update_clock(case, promised)
    if ticket.taken_at and ticket.held_until:
        next_due = clock.due_at if clock else None
        ticket.held_until = max(ticket.held_until, next_due or ticket.severity.one_step_after(case.at))


def start_update_clock(
    case: "Case", promised: datetime | None = None, *, judged: bool = True, at_the_latest: bool = False
) -> Clock | None:
    """Stop the update clock that runs, if any, and start the next. `at_the_latest`: the cadence holds if it asks for
    a message before the promised time."""
    if running := case.clock(ClockKind.UPDATE):
        stop_clock(case, running, judged=judged)
    if case.ticket.status not in OPEN:
        return None
    cycle = case.last_cycle(ClockKind.UPDATE) + 1
    clock = budgets.update_clock(case.ticket, case.at, case.at, cycle, promised)
    if at_the_latest and promised and case.ticket.severity.update_every:
        cadence = budgets.update_clock(case.ticket, case.at, case.at, cycle)
        clock = cadence if cadence and clock and cadence.budget < clock.budget else clock
    if clock is None:
        return None
    clock.protocol_id = case.journal.protocol
    case.add_clock(clock, after=running)
    case.plan()
    return clock


def pause(case: "Case", cause: str, since: datetime, *, by: Actor, reason: str) -> None:
    case.add_pause(Pause(ticket=case.ticket, cause=cause, from_at=since, by=by.user, reason=reason))


def end_pause(case: "Case") -> None:
    """End the pause that lasts, if there is one."""
    case.close_pause()
    since = next((begins for begins, ends in case.pauses if ends is None), None)
    held = case.ticket.held_until
    if since and held and held > since:
        # Whoever has it keeps what was left of their step.
        case.ticket.held_until = held + (case.at - since)
    case.pauses = [(begins, ends or case.at) for begins, ends in case.pauses]


def required(**texts: str) -> None:
    empty = {name: _("Please fill this in.") for name, text in texts.items() if not text.strip()}
    if empty:
        raise Invalid(**empty)
