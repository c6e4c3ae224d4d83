"""The page of the people around an issue: the response team, calls with the customer, the customer's own page."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from escalations import customer_mail, customer_pages
from escalations.access import must_work, ticket_or_404
from escalations.enums import TRANSITIONS
from escalations.errors import Invalid, NotAllowed
from escalations.forms.team import AddRespondersForm, zone_name
from escalations.models import CustomerCall
from escalations.verbs.team import LEAD, usual_team
from escalations.views.outcome import back_to, tried
from escalations.views.ticket_frame import TicketFrame

HELD_SHOWN = 10


@login_required
@require_safe
def team(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, TicketFrame.of(request, number))


def _page(request: HttpRequest, frame: TicketFrame, *, refusal: str = "", status: int = 200) -> HttpResponse:
    ticket, at = frame.ticket, frame.at
    responders = list(ticket.responders.select_related("user", "added_by"))
    calls = list(ticket.calls.select_related("organiser"))
    held = [call for call in calls if call.cancelled_at or _ends(call) <= at]
    works = frame.user.may_work and not ticket.merged_into_id
    may = {verb: works and ticket.status in TRANSITIONS[verb] for verb in ("add_responders", "schedule_call")}
    more: dict[str, Any] = {
        "works": works,
        "may": may,
        "members": [each for each in responders if each.left_at is None],
        "left": [each for each in responders if each.left_at],
        "usual": usual_team(ticket, at) if may["add_responders"] and not responders else [],
        "calls": [call for call in calls if call not in held],
        "held": held[-HELD_SHOWN:][::-1],
        "own_page": _own_page(frame),
        "addressees": customer_mail.addressees(ticket),
        "zone": zone_name(at),
        "lead": LEAD,
        "refusal": refusal,
    }
    return render(request, "escalations/team.html", frame.context("team", **more), status=status)


def _ends(call: CustomerCall) -> Any:
    return call.starts_at + timedelta(minutes=call.minutes)


def _own_page(frame: TicketFrame) -> dict[str, Any]:
    """The customer's page as the desk sees it. People who only read do not get the address: it acts."""
    page = customer_pages.current(frame.ticket)
    if page is None:
        return {"page": None, "works": False, "address": ""}
    works = page.revoked_at is None and page.expires_at > frame.at
    address = settings.BASE_URL.rstrip("/") + customer_pages.path_of(page)
    return {"page": page, "works": works, "address": address if works and frame.user.may_work else ""}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Put several people on the team at once."""
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    data = request.POST if request.method == "POST" else None
    form = AddRespondersForm(data, ticket=frame.ticket, user=request.user)
    if data is None:
        return render(request, "escalations/team_add.html", frame.context(form=form))
    outcome = tried(form, lambda people: frame.ticket.add_responders(people=people, by=frame.user, at=frame.at))
    if outcome.is_done:
        messages.success(request, form.done)
        return redirect("ticket-team", number)
    context = frame.context(form=form, refusal=outcome.refusal)
    return render(request, "escalations/team_add.html", context, status=outcome.status)


@login_required
@require_POST
def usual(request: HttpRequest, number: str) -> HttpResponse:
    """The owner, level 2 and Technical, with one press."""
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    try:
        frame.ticket.add_responders(people=usual_team(frame.ticket, frame.at), by=frame.user, at=frame.at)
    except NotAllowed as refused:
        return _page(request, frame, refusal=refused.message, status=409)
    except Invalid as invalid:
        return _page(request, frame, refusal=" ".join(invalid.fields.values()), status=409)
    messages.success(request, _("The usual team is together, and is being told."))
    return redirect("ticket-team", number)


@login_required
@require_POST
def leave(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take somebody off the team."""
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    responder = get_object_or_404(frame.ticket.responders, pk=pk)
    try:
        frame.ticket.remove_responder(responder=responder, by=frame.user, at=frame.at)
    except NotAllowed as refused:
        return _page(request, TicketFrame.of(request, number), refusal=refused.message, status=409)
    messages.success(request, _("%(name)s is off the team.") % {"name": responder.name})
    return back_to(request, frame.ticket, "ticket-team")


@login_required
@require_POST
def own_page(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """Renew or revoke the customer's link."""
    must_work(request.user)
    ticket, at = ticket_or_404(request.user, number), timezone.now()
    if what == "renew":
        customer_pages.renew(ticket, at)
        messages.success(request, _("The customer’s page works, for 90 days from now."))
    else:
        customer_pages.revoke(ticket, by=request.user, at=at)
        messages.success(request, _("Withdrawn: no link to the customer’s page works any more."))
    return redirect("ticket-team", number)
