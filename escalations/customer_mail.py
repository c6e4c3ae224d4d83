"""Messages to the customer, made from the protocol's templates (Escalation Protocol, section 6)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from escalations import customer_pages
from escalations.actors import Actor
from escalations.customer_words import expected, values
from escalations.enums import ClockKind
from escalations.errors import Invalid
from escalations.site_language import in_site_language
from templates_app import languages, rendering
from templates_app.models import CommunicationTemplate, Notification
from templates_app.placeholders import PLACEHOLDERS

if TYPE_CHECKING:
    from escalations.case import Case
    from escalations.models.ticket import Ticket


def send(case: "Case", slug: str, *, by: Actor, language: str = "", **written: str) -> None:
    """Queue the message of template `slug`, and a copy for each address in the ticket's `cc`; without an address it
    is only recorded (the customer was told by phone). Every mail leads to the customer's own page. It is in `language`
    if one is given, else in the customer's, where the template has it, else in the site's.

    Raises Invalid if the template cannot be filled, naming what is missing, or does not have that language.
    """
    from escalations.wording import language_for

    people = addressees(case.ticket)
    template = CommunicationTemplate.objects.prefetch_related("translations").filter(slug=slug).first()
    if template is None:
        return
    if language and language not in languages.languages_of(template):
        raise Invalid(language=_("“%(name)s” is not translated into that language.") % {"name": template.name})
    worded = languages.in_language(template, language_for(case.ticket, template, language))
    page = customer_pages.path_for(case.ticket, case.at) if people else ""
    contact = people[0][0] if people else ""
    try:
        names = rendering.used(worded)
        filled = values(case, by=by, contact=contact, language=worded.language, names=names, **written)
        message = rendering.render(worded, filled)
    except rendering.EmptyPlaceholder as error:
        raise Invalid(**{_field(name): _needed(name, template) for name in error.names}) from error
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
            context={
                "number": case.ticket.number,
                "template": slug,
                "language": worded.language,
                "customer_page": page,
                "copy": bool(copy),
            },
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
def expected_resolution(ticket: "Ticket", at: datetime) -> str:
    """What the customer reads where the writer says nothing of it."""
    running = (clock for clock in ticket.current_clocks() if not clock.stopped_at)
    return expected(next((clock for clock in running if clock.kind == ClockKind.RESOLUTION), None), at)


def _field(name: str) -> str:
    return {"work_completed": "summary"}.get(name, name)


def _needed(name: str, template: CommunicationTemplate) -> str:
    return _("“%(label)s” is empty, and the template “%(name)s” needs it.") % {
        "label": PLACEHOLDERS[name],
        "name": template.name,
    }
