"""One ticket: everything that is known about it, and the verbs that its state allows."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from contacts.matrix import Matrix
from contacts.models.matrix import Level
from escalations.access import must_work, ticket_or_404, tickets_for
from escalations.enums import TOP, TRANSITIONS
from escalations.errors import Invalid, NotAllowed
from escalations.forecast import Forecast, forecast
from escalations.forms import VERB_FORMS, VerbForm
from escalations.models import Ticket
from escalations.views.faces import faces_of, segments_of
from escalations.views.ladder import rungs_of
from escalations.views.next_step import next_step
from escalations.views.story import story_of

RECENT = 40
SHOWN_STEPS = 6
DONE = {
    "acknowledge": _("Acknowledged. The first response has its time."),
    "assign": _("Given to its new owner."),
    "change_severity": _("Severity changed. The clocks follow the new targets."),
    "wait": _("Waiting for the customer. Clocks are paused."),
    "resume": _("Resumed. The clocks run on."),
    "note": _("Note kept. Only the desk sees it."),
    "send_update": _("Update on its way to the customer."),
    "escalate": _("Escalated. They are being told."),
    "take": _("You have it. The ladder waits for you."),
    "de_escalate": _("One level down."),
    "resolve": _("Resolved. The customer is asked to confirm."),
    "reopen": _("Reopened. The clocks go on where they stood."),
    "close": _("Closed."),
}


@login_required
@require_safe
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, _fetch(request, number))


@login_required
@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do one verb. What cannot be done is said on the page itself, with everything that was typed still there."""
    if verb not in VERB_FORMS:
        raise Http404
    must_work(request.user)
    ticket = _fetch(request, number)
    form = _form(verb, ticket, request.POST)
    if not form.is_valid():
        return _page(request, ticket, form, status=400)
    try:
        getattr(ticket, verb)(by=request.user, at=timezone.now(), **form.cleaned_data)
    except NotAllowed as refusal:
        return _page(request, _fetch(request, number), form, refusal=refusal.message, status=409)
    except Invalid as invalid:
        form.refuse(invalid.fields)
        return _page(request, _fetch(request, number), form, status=400)
    messages.success(request, DONE[verb])
    return redirect(ticket.get_absolute_url())


def _fetch(request: HttpRequest, number: str) -> Ticket:
    return ticket_or_404(request.user, number, tickets_for(request.user).for_list().select_related("taken_by"))


def _form(verb: str, ticket: Ticket, data: Any = None) -> VerbForm:
    more: dict[str, Any] = {}
    if verb == "escalate":
        above = range(ticket.level + 1, TOP + 1)
        more["rungs"] = [(str(level), str(Level(str(level)).label)) for level in above]
    initial = {"owner": ticket.owner_id, "severity": ticket.severity_id}
    return VERB_FORMS[verb](data, initial=initial, **more)


def allowed_verbs(user: Any, ticket: Ticket) -> list[str]:
    """What the page offers. The verb itself decides again."""
    if not user.may_work:
        return []
    verbs = [verb for verb in VERB_FORMS if ticket.status in TRANSITIONS[verb]]
    if ticket.level <= 1:
        verbs = [verb for verb in verbs if verb != "de_escalate"]
    if ticket.level >= TOP:
        verbs = [verb for verb in verbs if verb != "escalate"]
    if ticket.taken_by_id == user.pk:
        verbs = [verb for verb in verbs if verb != "take"]
    return verbs


def _without_repeats(coming: list[Forecast]) -> list[Forecast]:
    """Reminders go on until the customer is told: the first says it."""
    reminders = [step for step in coming if step.what == "reminder"]
    return [step for step in coming if step not in reminders[1:]]


def _page(
    request: HttpRequest, ticket: Ticket, bound: VerbForm | None = None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    at = timezone.now()
    allowed = allowed_verbs(request.user, ticket)
    forms = {verb: _form(verb, ticket) for verb in allowed}
    if bound:
        forms[bound.verb] = bound
    matrix = Matrix.at(at)
    coming = forecast(ticket, at, limit=12, matrix=matrix)
    faces = faces_of(ticket, at)
    events = ticket.events.select_related("actor", "clock")
    everything = "all" in request.GET
    recent = list(events if everything else events[: RECENT + 1])
    context = {
        "ticket": ticket,
        "at": at,
        "faces": faces,
        "explanations": [(f, segments_of(f.clock, at)) for f in faces if f.clock],
        "next": next_step(ticket, faces, at) if allowed else None,
        "allowed": allowed,
        "forms": forms,
        "bound": bound,
        "refusal": refusal,
        "story": story_of(recent if everything else recent[:RECENT]),
        "has_more": not everything and len(recent) > RECENT,
        "rungs": rungs_of(ticket, list(ticket.escalations.all()), coming, matrix, at),
        "coming": _without_repeats(coming)[:SHOWN_STEPS],
        "contacts": list(ticket.customer.contacts.all()),
    }
    return render(request, "escalations/ticket.html", context, status=status)
