"""Doing something to a ticket: GET shows the verb's form, POST does it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from contacts.forms import refilled
from escalations import attachments
from escalations.access import must_work
from escalations.enums import TRANSITIONS
from escalations.errors import Invalid, NotAllowed
from escalations.forms import VERB_FORMS, VerbForm
from escalations.meanwhile import since
from escalations.models import Event
from escalations.verbs.turn import hindrance, lock
from escalations.views.files import Picked, picked
from escalations.views.outcome import back_to
from escalations.views.story import story_of
from escalations.views.ticket import overview
from escalations.views.ticket_frame import TicketFrame


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """What cannot be done is said with everything that was typed: 400 for a wrong field, 409 where the state forbids
    it or where somebody else has done something since that the person should know first."""
    if verb not in VERB_FORMS:
        raise Http404
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    if request.method != "POST":
        if (
            (why := hindrance(frame.ticket, verb))
            and not hasattr(request, "kept")
            and verb not in ("note", "send_update")
        ):
            return answer(request, frame, frame.form(verb), refusal=why, is_shut=True, status=409)
        return answer(request, frame, refilled(request, frame.form(verb)))
    form, seen = frame.form(verb, request.POST), request.POST.get("seen", "")
    at = timezone.now()
    form.picked = files = picked(request, at) if form.takes_files else Picked()
    try:
        news = _do(frame, form, seen, at, files)
    except NotAllowed as refusal:
        news = since(frame.ticket, request.user, seen, form.concerns)
        return _again(request, number, form, news, refusal=refusal.message, status=409)
    except Invalid as invalid:
        form.refuse(invalid.fields)
        return _again(request, number, form, status=400)
    if news or form.errors or files.problems:
        return _again(request, number, form, news, status=409 if news else 400)
    if form.fragment and request.headers.get("Fragment"):
        return render(request, form.fragment, TicketFrame.of(request, number).context())
    messages.success(request, str(form.done))
    return back_to(request, frame.ticket)


@transaction.atomic
def _do(frame: TicketFrame, form: VerbForm, seen: str, at: datetime, files: Picked) -> list[Event]:
    """Does it, unless others have done something since that stands against it: then returns that. Under the lock,
    so that of two people who press at the same time the second is told."""
    ticket = frame.ticket
    if form.concerns and seen:
        status = lock(ticket).status
        news = since(ticket, frame.user, seen, form.concerns)
        if news:
            ticket.refresh_from_db()
        if news and status in TRANSITIONS[form.verb] and form.clashes(news):
            return news
    if form.is_valid() and not files.problems:
        getattr(ticket, form.verb)(by=frame.user, at=at, **form.arguments(at))
        attachments.adopt(ticket, files.keys, by=frame.user, at=at, shared=form.takes_files == "shared")
    return []


def _again(
    request: HttpRequest, number: str, form: VerbForm, news: list[Event] | None = None, **more: Any
) -> HttpResponse:
    """The same form once more. It has seen now what happened meanwhile: sent again, it goes through."""
    frame = TicketFrame.of(request, number)
    newest: int = frame.ticket.newest_event  # type: ignore[attr-defined]
    form.seen = max([newest, *(event.pk for event in news or [])])
    return answer(request, frame, form, meanwhile=story_of(news or []), **more)


def answer(request: HttpRequest, frame: TicketFrame, form: VerbForm, *, status: int = 200, **more: Any) -> HttpResponse:
    """The composer's forms stand on the overview; every other has a page of its own, which may open as a sheet."""
    if form.place == "composer":
        return overview(request, frame, form, status=status, **more)
    return render(request, "escalations/verb.html", frame.context(form=form, **more), status=status)
