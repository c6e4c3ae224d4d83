"""One ticket: everything that is known about it, and the verbs that its state allows."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.matrix import Matrix
from contacts.models import CustomerContact
from escalations.forecast import Forecast, forecast
from escalations.forms import VERB_FORMS, VerbForm
from escalations.models import Escalation
from escalations.proof import seen_by
from escalations.rows_within import rows_from
from escalations.views.checklist import card_of
from escalations.views.faces import faces_of, segments_of
from escalations.views.files import files_of
from escalations.views.ladder import rungs_of
from escalations.views.next_step import next_step
from escalations.views.story import story_of
from escalations.views.terms import changes_of_severity, terms_of
from escalations.views.ticket_frame import TicketFrame
from escalations.visits import seen

RECENT = 40
SHOWN_STEPS = 6


@login_required
@require_safe
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    frame = TicketFrame.of(request, number)
    page = overview(request, frame)
    if request.method == "GET":
        seen(request.user, frame.ticket, frame.at)
    return page


def _without_repeats(coming: list[Forecast]) -> list[Forecast]:
    """Reminders go on until the customer is told: the first says it."""
    reminders = [step for step in coming if step.what == "reminder"]
    return [step for step in coming if step not in reminders[1:]]


def _composer(frame: TicketFrame, bound: VerbForm | None) -> dict[str, VerbForm]:
    forms = {verb: frame.form(verb) for verb in frame.allowed if VERB_FORMS[verb].place == "composer"}
    return forms | ({bound.verb: bound} if bound else {})


def overview(
    request: HttpRequest, frame: TicketFrame, bound: VerbForm | None = None, *, status: int = 200, **said: Any
) -> HttpResponse:
    """`bound` is a form of the composer that was sent and is not done; `said` is what the page says about it."""
    ticket, at = frame.ticket, frame.at
    matrix = Matrix.at(at)
    coming = forecast(ticket, at, limit=12, matrix=matrix)
    faces = faces_of(ticket, at)
    events = ticket.events.select_related("actor", "clock")
    recent = list(events[: RECENT + 1])
    told = rows_from(Escalation, ticket.rungs_within)  # type: ignore[attr-defined]
    if request.method == "GET":
        seen_by(frame.user, told, at)
    checklist = card_of(frame, told)
    regraded = changes_of_severity(ticket, recent, is_all=len(recent) <= RECENT)
    more: dict[str, Any] = {
        "faces": faces,
        "checklist": checklist,
        "explanations": [
            (f, segments_of(f.clock, at), terms_of(f.clock, ticket, regraded, at)) for f in faces if f.clock
        ],
        "next": next_step(ticket, faces, at, checklist.open_keys) if frame.allowed else None,
        "composer": _composer(frame, bound),
        "bound": bound,
        "story": story_of(recent[:RECENT]),
        "has_more": len(recent) > RECENT,
        "rungs": rungs_of(ticket, told, coming, matrix, at),
        "coming": _without_repeats(coming)[:SHOWN_STEPS],
        "contacts": rows_from(CustomerContact, ticket.contacts_within),  # type: ignore[attr-defined]
        "attachments": files_of(ticket, request.user),
    }
    return render(request, "escalations/ticket.html", frame.context("overview", **more, **said), status=status)
