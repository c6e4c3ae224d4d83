"""One page of paper about an issue, for somebody who has a minute before a call."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.matrix import Matrix
from escalations.enums import EventKind
from escalations.forecast import forecast
from escalations.forms.team import zone_name
from escalations.models import Ticket
from escalations.views.faces import faces_of
from escalations.views.story import story_of
from escalations.views.ticket_frame import TicketFrame

UPDATES, NOTES, STEPS, MOST_PEOPLE = 2, 2, 3, 14
LONGEST = 420  # characters of each text, so that it stays one page


@login_required
@require_safe
def brief(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that an executive asks first. Notes are marked as internal: this page does not leave the house."""
    frame = TicketFrame.of(request, number)
    ticket, at = frame.ticket, frame.at
    coming = forecast(ticket, at, limit=12, matrix=Matrix.at(at))
    reminded = [step for step in coming if step.what == "reminder"][1:]
    context: dict[str, Any] = {
        "ticket": ticket,
        "at": at,
        "faces": faces_of(ticket, at),
        "sent": _latest(ticket, (EventKind.UPDATE_SENT, EventKind.RESOLVED), UPDATES),
        "notes": _latest(ticket, (EventKind.NOTE,), NOTES),
        "coming": [step for step in coming if step not in reminded][:STEPS],
        "people": _people(ticket),
        "zone": zone_name(at),
        "longest": LONGEST,
    }
    return render(request, "escalations/brief.html", context)


def _latest(ticket: Ticket, kinds: tuple[str, ...], most: int) -> Any:
    return story_of(ticket.events.filter(kind__in=kinds).select_related("actor", "clock")[:most])


def _people(ticket: Ticket) -> list[dict[str, Any]]:
    """Owner, response team, everybody who was told, and the customer's own people, each once, with phones."""
    owner = ticket.owner
    people = [{"name": owner.name, "title": "", "phone": owner.phone, "side": "owner"}] if owner else []
    for responder in ticket.responders.filter(left_at=None).select_related("user")[:12]:
        phone = responder.user.phone if responder.user else ""
        people.append({"name": responder.name, "title": responder.role, "phone": phone, "side": "team"})
    for told in ticket.escalations.filter(ended_at=None):
        people += [{**person, "side": "ladder"} for person in told.contacts]
    for contact in ticket.customer.contacts.all()[:4]:
        people.append({"name": contact.name, "title": contact.title, "phone": contact.phone, "side": "customer"})
    once: dict[str, dict[str, Any]] = {}
    for person in people:
        known = once.setdefault(person["name"].casefold(), person)
        known["phone"] = known["phone"] or person["phone"]
    return list(once.values())[:MOST_PEOPLE]
