"""What an issue says for the placeholders of a message to the customer, in the language of that message."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from config.templatetags.figures import dated
from escalations import customer_pages
from escalations.actors import Actor
from escalations.enums import TOP, ClockKind, Status
from templates_app.desk_name import organisation
from templates_app.placeholders import PLACEHOLDERS

if TYPE_CHECKING:
    from escalations.case import Case
    from escalations.models.clock import Clock
    from escalations.models.ticket import Ticket

MOST_STEPS = 5


def values(
    case: "Case",
    *,
    by: Actor,
    contact: str,
    language: str = "",
    names: Iterable[str] = PLACEHOLDERS,
    **written: str,
) -> dict[str, str]:
    """A text for each of `names`, empty where the issue does not say. What was `written` stands in its place."""
    sources = _of_issue(case) | _of_people(case, by, contact) | _of_clocks(case) | _of_writer(case)
    with translation.override(language or settings.LANGUAGE_CODE):
        filled = {name: str(sources[name]()) for name in names if name in sources}
    return filled | {name: text for name, text in written.items() if text}


def _of_issue(case: "Case") -> dict[str, Callable[[], Any]]:
    ticket = case.ticket
    return {
        "ticket_number": lambda: ticket.number,
        "subject": lambda: ticket.subject,
        "severity": lambda: ticket.severity,
        "status": ticket.get_status_display,
        "level": lambda: _("level %(n)s of %(top)s") % {"n": ticket.level, "top": TOP},
        "reported_at": lambda: when(ticket.reported_at),
        "elapsed": lambda: timesince(ticket.reported_at, max(case.at, ticket.reported_at)).replace("\xa0", " "),
        "today": lambda: dated(_here(case.at), "j F Y"),
    }


def _of_people(case: "Case", by: Actor, contact: str) -> dict[str, Callable[[], Any]]:
    ticket, owner = case.ticket, case.ticket.owner or by.user
    return {
        "customer_name": lambda: ticket.customer.name,
        "contact_name": lambda: contact or ticket.customer.name,
        "assigned_to": lambda: ticket.owner.name if ticket.owner else by.name,
        "owner_email": lambda: owner.email if owner else "",
        "owner_phone": lambda: owner.phone if owner else "",
        "team": lambda: ticket.team or organisation(),
        "opened_by": lambda: ticket.created_by.name if ticket.created_by else ticket.reporter_name or ticket.customer,
        "sender_name": lambda: by.name,
        "organisation": organisation,
        "customer_page": lambda: customer_pages.address_of(ticket),
    }


def _of_clocks(case: "Case") -> dict[str, Callable[[], Any]]:
    return {
        "next_update": lambda: _next_update(case.clock(ClockKind.UPDATE)),
        "response_due": lambda: _response(case),
        "resolution_due": lambda: _resolution(case),
        "expected_resolution": lambda: expected(case.clock(ClockKind.RESOLUTION), case.at),
    }


def _of_writer(case: "Case") -> dict[str, Callable[[], Any]]:
    """What the issue knows of it; usually somebody writes it each time."""
    ticket = case.ticket
    return {
        "issue": lambda: ticket.subject,
        "work_completed": lambda: "",
        "next_steps": lambda: next_steps(ticket),
        "root_cause": lambda: ticket.root_cause,
        "solution": lambda: ticket.solution,
        "prevention": lambda: ticket.prevention,
    }


def proposed(ticket: "Ticket", language: str) -> dict[str, str]:
    """What forms offer a writer for the fields of a message: as far as the issue knows, the rest is empty."""
    with translation.override(language):
        return {
            "issue": ticket.subject,
            "next_steps": next_steps(ticket),
            "root_cause": ticket.root_cause,
            "solution": ticket.solution,
            "prevention": ticket.prevention,
        }


def next_steps(ticket: "Ticket") -> str:
    """What is planned, a line each; where nothing is, what the protocol (section 4) does in this state."""
    steps = planned(ticket)
    if steps:
        return "\n".join(f"- {step}" for step in steps) if len(steps) > 1 else steps[0]
    match ticket.status:
        case Status.WAITING:
            return _("We need your answer to go on, and continue as soon as it is here.")
        case Status.RESOLVED | Status.CLOSED:
            return _("Please check that everything works again, and tell us if it does not.")
    return _("We go on looking for the cause, fix it, and check with you that everything works again.")


def planned(ticket: "Ticket") -> list[str]:
    """The next open action items. A page of the ticket brings them along in `steps_within`."""
    within = getattr(ticket, "steps_within", None)
    if within is None and not hasattr(ticket, "steps_within"):
        open_ones = ticket.action_items.filter(done_at=None, dropped_at=None)
        return list(open_ones.order_by("due_on", "pk").values_list("text", flat=True)[:MOST_STEPS])
    return [each["text"] for each in within or []][:MOST_STEPS]


def expected(clock: "Clock | None", at: datetime) -> str:
    """When it is due, unless that is over: nobody promises the past."""
    ahead = clock.due_at if clock and clock.due_at and clock.due_at > at else None
    return when(ahead) or _("to be confirmed")


def _next_update(clock: "Clock | None") -> str:
    return when(clock.due_at if clock else None) or _("as soon as there is news")


def _response(case: "Case") -> str:
    if case.ticket.acknowledged_at:
        return _("answered on %(when)s") % {"when": when(case.ticket.acknowledged_at)}
    clock = case.clock(ClockKind.RESPONSE)
    return when(clock.due_at) if clock else ""


def _resolution(case: "Case") -> str:
    if case.ticket.resolved_at:
        return _("resolved on %(when)s") % {"when": when(case.ticket.resolved_at)}
    clock = case.clock(ClockKind.RESOLUTION)
    return when(clock.due_at if clock else None) or _("paused while we wait for your answer")


def when(at: datetime | None) -> str:
    """An instant for the customer: site time, with its zone."""
    return f"{dated(_here(at), 'j F Y, H:i')} ({_here(at).tzname()})" if at else ""


def _here(at: datetime) -> datetime:
    return timezone.localtime(at, ZoneInfo(settings.TIME_ZONE))
