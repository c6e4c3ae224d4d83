"""One ticket: everything that is known about it, and the verbs that its state allows."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from contacts.matrix import Matrix
from escalations.access import must_work
from escalations.errors import Invalid, NotAllowed
from escalations.forecast import Forecast, forecast
from escalations.forms import VERB_FORMS, VerbForm
from escalations.views.faces import faces_of, segments_of
from escalations.views.ladder import rungs_of
from escalations.views.next_step import next_step
from escalations.views.story import story_of
from escalations.views.ticket_frame import TicketFrame

RECENT = 40
SHOWN_STEPS = 6


@login_required
@require_safe
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    return _overview(request, TicketFrame.of(request, number))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """GET shows the verb's form, POST does it. What cannot be done is said with everything that was typed."""
    if verb not in VERB_FORMS:
        raise Http404
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    if request.method != "POST":
        return _answer(request, frame, frame.form(verb))
    form = frame.form(verb, request.POST)
    if not form.is_valid():
        return _answer(request, frame, form, status=400)
    try:
        getattr(frame.ticket, verb)(by=request.user, at=timezone.now(), **form.cleaned_data)
    except NotAllowed as refusal:
        return _answer(request, TicketFrame.of(request, number), form, refusal=refusal.message, status=409)
    except Invalid as invalid:
        form.refuse(invalid.fields)
        return _answer(request, TicketFrame.of(request, number), form, status=400)
    messages.success(request, form.done)
    return redirect(frame.ticket)


def _answer(
    request: HttpRequest, frame: TicketFrame, form: VerbForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The composer's forms stand on the overview; every other has a page of its own, which may open as a sheet."""
    if form.place == "composer":
        return _overview(request, frame, form, refusal=refusal, status=status)
    context = frame.context(form=form, refusal=refusal)
    return render(request, "escalations/verb.html", context, status=status)


def _without_repeats(coming: list[Forecast]) -> list[Forecast]:
    """Reminders go on until the customer is told: the first says it."""
    reminders = [step for step in coming if step.what == "reminder"]
    return [step for step in coming if step not in reminders[1:]]


def _composer(frame: TicketFrame, bound: VerbForm | None) -> dict[str, VerbForm]:
    forms = {verb: frame.form(verb) for verb in frame.allowed if VERB_FORMS[verb].place == "composer"}
    return forms | ({bound.verb: bound} if bound else {})


def _overview(
    request: HttpRequest, frame: TicketFrame, bound: VerbForm | None = None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    ticket, at = frame.ticket, frame.at
    matrix = Matrix.at(at)
    coming = forecast(ticket, at, limit=12, matrix=matrix)
    faces = faces_of(ticket, at)
    events = ticket.events.select_related("actor", "clock")
    everything = "all" in request.GET
    recent = list(events if everything else events[: RECENT + 1])
    more: dict[str, Any] = {
        "faces": faces,
        "explanations": [(f, segments_of(f.clock, at)) for f in faces if f.clock],
        "next": next_step(ticket, faces, at) if frame.allowed else None,
        "composer": _composer(frame, bound),
        "bound": bound,
        "refusal": refusal,
        "story": story_of(recent if everything else recent[:RECENT]),
        "has_more": not everything and len(recent) > RECENT,
        "rungs": rungs_of(ticket, list(ticket.escalations.all()), coming, matrix, at),
        "coming": _without_repeats(coming)[:SHOWN_STEPS],
        "contacts": list(ticket.customer.contacts.all()),
    }
    return render(request, "escalations/ticket.html", frame.context("overview", **more), status=status)
