"""All that is kept of somebody, for them: as JSON."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from contacts.models import CustomerContact
from escalations.audit.facts import moment
from escalations.enums import EventKind
from escalations.models import Attachment, Event, Ticket
from templates_app.models import InboundMail, Notification

from .erase import tickets_of
from .person import Person
from .places import AROUND, ELSEWHERE


def export(person: Person, at: datetime) -> dict[str, Any]:
    """Rows in which the address stands, and what came from or went to it."""
    keys = tickets_of(person)
    tickets = Ticket.objects.filter(pk__in=keys).select_related("customer")
    numbers = [ticket.number for ticket in tickets]
    theirs = [ticket.pk for ticket in tickets if ticket.reporter_email.lower() == person.email]
    said = Q(text__icontains=person.email) | Q(data__icontains=person.email)
    for name in person.names:
        said |= Q(actor_name=name, actor=None) | Q(text__icontains=name)
    events = Event.objects.filter(said, ticket__in=keys).exclude(kind=EventKind.ERASED).order_by("pk")
    contacts = CustomerContact.objects.filter(email__iexact=person.email).select_related("customer")
    mails = InboundMail.objects.filter(Q(from_address__iexact=person.email)).order_by("pk")
    sent = Notification.objects.filter(to_address__iexact=person.email).order_by("pk")
    files = Attachment.objects.filter(ticket__in=theirs, uploaded_by=None)
    return {
        "person": {"email": person.email, "names": list(person.names), "phones": list(person.phones)},
        "made_at": moment(at),
        "contacts": [
            _row(each, "name", "title", "email", "phone") | {"customer": each.customer.name} for each in contacts
        ],
        "issues": [
            _row(each, "number", "subject", "description", "reporter_name", "reporter_email", "cc", "reported_at")
            for each in tickets
        ],
        "mails_from_them": [_row(each, "at", "from_name", "from_address", "subject", "text") for each in mails],
        "mails_to_them": [
            _row(each, "created_at", "to_name", "to_address", "subject", "text", "state") for each in sent
        ],
        "files": [_row(each, "name", "content_type", "size", "uploaded_at") for each in files],
        "events": [_row(each, "at", "kind", "actor_name", "text") for each in events],
        "elsewhere": [
            {"what": str(place.model._meta.verbose_name)} | _row(row, *place.columns)
            for place in (*AROUND, *ELSEWHERE)
            for row in place.naming(person.email).order_by("pk")[:1000]
            if place.label != "escalations.ImportBatch"
        ],
        "issues_named": numbers,
    }


def _row(row: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return moment(value) if isinstance(value, datetime) else value
