"""Messages to the customer, made from the protocol's templates (Escalation Protocol, section 6)."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations import customer_pages
from escalations.actors import Actor
from escalations.enums import ClockKind
from escalations.errors import Invalid
from escalations.site_language import in_site_language
from templates_app import rendering
from templates_app.models import CommunicationTemplate, Notification

if TYPE_CHECKING:
    from escalations.case import Case
    from escalations.models.clock import Clock
    from escalations.models.ticket import Ticket


def send(case: "Case", slug: str, *, by: Actor, **written: str) -> None:
    """Queue the message of template `slug`, and a copy for each address in the ticket's `cc`; without an address it
    is only recorded (the customer was told by phone). Every mail leads to the customer's own page.

    Raises Invalid if the template cannot be filled, naming what is missing.
    """
    people = addressees(case.ticket)
    template = CommunicationTemplate.objects.filter(slug=slug).first()
    if template is None:
        return
    page = customer_pages.path_for(case.ticket, case.at) if people else ""
    try:
        message = rendering.render(template, values(case, by=by, contact=people[0][0] if people else "", **written))
    except rendering.EmptyPlaceholder as error:
        raise Invalid(**{_field(name): _("The template needs this.") for name in error.names}) from error
    except rendering.UnknownPlaceholder as error:
        raise Invalid(template=_("“%(name)s”: %(why)s") % {"name": template.name, "why": error}) from error
    if not people:
        return
    event = case.news[-1]
    case.journal.messages += [
        Notification(
            idem=f"{event.uid.hex}.customer{f'.{copy}' if copy else ''}",
            kind="customer",
            about=case.ticket.number,
            to_name=name,
            to_address=address,
            urgent=True,
            context={"number": case.ticket.number, "template": slug, "customer_page": page, "copy": bool(copy)},
            subject=message.subject,
            text=message.text,
            html=message.html,
            due_at=case.at,
            created_at=case.at,
            next_try_at=case.at,
        )
        for copy, (name, address) in enumerate(people)
    ]


def addressee(ticket: "Ticket") -> tuple[str, str]:
    """Name and address of the reporter, else of the customer's first contact with an address."""
    if ticket.reporter_email:
        return ticket.reporter_name or ticket.customer.name, ticket.reporter_email
    contact = ticket.customer.contacts.exclude(email="").first()
    return (contact.name, contact.email) if contact else (ticket.reporter_name, "")


def addressees(ticket: "Ticket") -> list[tuple[str, str]]:
    """Name and address of everybody who gets a message to the customer, the addressee first, each address once."""
    name, address = addressee(ticket)
    people = {address.lower(): (name, address)} if address else {}
    for copy in ticket.cc:
        people.setdefault(copy.lower(), ("", copy))
    return list(people.values())


@in_site_language
def values(case: "Case", *, by: Actor, contact: str, **written: str) -> dict[str, str]:
    """Everything a template may name."""
    ticket = case.ticket
    next_update = case.clock(ClockKind.UPDATE)
    resolution = case.clock(ClockKind.RESOLUTION)
    filled = {
        "customer_name": ticket.customer.name,
        "contact_name": contact or ticket.customer.name,
        "ticket_number": ticket.number,
        "subject": ticket.subject,
        "issue": ticket.subject,
        "severity": str(ticket.severity),
        "assigned_to": ticket.owner.name if ticket.owner else by.name,
        "next_update": _when(next_update.due_at if next_update else None) or _("as soon as there is news"),
        "status": str(ticket.get_status_display()),
        "work_completed": "",
        "next_steps": "",
        "expected_resolution": _expected(resolution, case.at),
        "root_cause": ticket.root_cause,
        "solution": ticket.solution,
        "prevention": ticket.prevention,
        "sender_name": by.name,
        "organisation": settings.ORGANISATION,
        "customer_page": customer_pages.address_of(ticket),
    }
    return filled | {name: text for name, text in written.items() if text}


@in_site_language
def expected_resolution(ticket: "Ticket", at: datetime) -> str:
    """What the customer reads where the writer says nothing of it."""
    running = (clock for clock in ticket.current_clocks() if not clock.stopped_at)
    return _expected(next((clock for clock in running if clock.kind == ClockKind.RESOLUTION), None), at)


def _expected(clock: "Clock | None", at: datetime) -> str:
    return _when(_ahead(clock, at)) or _("to be confirmed")


def _ahead(clock: "Clock | None", at: datetime) -> datetime | None:
    """When it is due, unless that is over: nobody promises the past."""
    return clock.due_at if clock and clock.due_at and clock.due_at > at else None


def _when(at: datetime | None) -> str:
    """An instant for the customer: site time, with its zone."""
    if at is None:
        return ""
    local = timezone.localtime(at, ZoneInfo(settings.TIME_ZONE))
    return f"{date_format(local, 'j F Y, H:i')} ({local.tzname()})"


def _field(name: str) -> str:
    return {"work_completed": "summary"}.get(name, name)
