"""How every verb of the desk works: lock, check the transition table, change, record, plan, write."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.nudge import nudge_deliver
from escalations.enums import TRANSITIONS, Status
from escalations.errors import NotAllowed
from escalations.site_language import site_language
from escalations.spans import Span

if TYPE_CHECKING:
    from escalations.case import Case

# What somebody was given to do stays theirs, wherever the issue goes on; what was written in it is still to be kept.
AFTER_MERGING = (
    *("reopen", "edit_action", "finish_action", "drop_action"),
    *("make_confidential", "make_open", "let_see", "unlet_see"),
)


@contextmanager
def turn(ticket: Any, verb: str, at: datetime, *, once: bool = False) -> Iterator["Case"]:
    """The ticket in hand, locked, for one verb. On leaving, everything is planned, fired if due, and written.

    Raises NotAllowed if the ticket's state, as it is under the lock, forbids the verb. `ticket` itself is brought up
    to date at the end. `once`: see `Case.fire_due`.
    """
    from escalations.case import Case
    from escalations.journal import Journal

    with transaction.atomic():
        locked = lock(ticket)
        move(locked, verb)
        running = list(locked.clocks.filter(stopped_at=None).select_related("calendar").order_by("pk"))
        for clock in running:
            clock.ticket = locked
        spans = locked.spans()
        case = Case(Journal(_not_before(at, locked, running, spans)), locked, running, spans)
        yield case
        with site_language():
            case.plan()
            case.fire_due(once=once)
            journal = case.journal
            journal.write([case])
        locked.save()
        if journal.messages:
            nudge_deliver()
    ticket.refresh_from_db()


def lock(ticket: Any) -> Any:
    """The ticket as it is now, locked until the transaction ends: one lock a ticket, for verbs and sweep alike.

    Without joins: PostgreSQL, having waited, would check the new row against the old rows it was joined with.
    """
    return type(ticket).objects.select_for_update().get(pk=ticket.pk)


def _not_before(at: datetime, ticket: Any, clocks: Sequence[Any], pauses: Sequence[Span]) -> datetime:
    """`at`, but not before what is recorded already: somebody else's verb, which came first to the lock, may have read
    the time a moment later."""
    facts = [ticket.reported_at, ticket.created_at, ticket.resolved_at, *(clock.started_at for clock in clocks)]
    return max([at, *(moment for moment in (*facts, *(end for span in pauses for end in span)) if moment)])


def move(ticket: Any, verb: str) -> None:
    """Take the transition that `verb` makes from the ticket's state."""
    if why := hindrance(ticket, verb):
        raise NotAllowed(verb, why)
    ticket.status = TRANSITIONS[verb][ticket.status]


def hindrance(ticket: Any, verb: str) -> str:
    """Why the ticket's state forbids the verb; "" if it does not."""
    if ticket.merged_into_id and verb not in AFTER_MERGING:
        return merged_already(ticket.merged_into)
    return "" if ticket.status in TRANSITIONS[verb] else refusal(verb, ticket.status)


def merged_already(into: Any) -> str:
    return _("This issue was merged into %(number)s: work goes on there. Reopen this one to take it out again.") % {
        "number": into.number
    }


def refusal(verb: str, status: str) -> str:
    """Why the verb is refused in this state, and what can be done instead."""
    label = Status(status).label
    if verb == "acknowledge":
        return _("This ticket was answered already: it is “%(status)s”.") % {"status": label}
    if verb == "resume":
        return _("This ticket is not waiting on the customer: it is “%(status)s”.") % {"status": label}
    if verb == "reopen":
        return _("This ticket is open: it is “%(status)s”.") % {"status": label}
    if verb == "close" and status != Status.CLOSED:
        return _("Resolve this ticket before you close it: it is “%(status)s”.") % {"status": label}
    if verb in ("publish_review", "reopen_review", "check_in"):
        return _("This comes after the fix: resolve the ticket first. It is “%(status)s”.") % {"status": label}
    if verb == "wait" and status == Status.WAITING:
        return _("This ticket is waiting on the customer already.")
    return _("This cannot be done while the ticket is “%(status)s”. Reopen it first.") % {"status": label}
