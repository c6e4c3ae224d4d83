"""Setting up a call with the customer, changing it, calling it off, and its file for a calendar."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from escalations.access import must_work, ticket_or_404
from escalations.errors import NotAllowed
from escalations.forms.team import CallForm
from escalations.invitations import CANCEL, REQUEST, invitation
from escalations.views.outcome import tried
from escalations.views.ticket_frame import TicketFrame


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, number: str) -> HttpResponse:
    return _form(request, number)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    return _form(request, number, pk)


def _form(request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    call = get_object_or_404(frame.ticket.calls, pk=pk) if pk else None
    data = request.POST if request.method == "POST" else None
    form = CallForm(data, ticket=frame.ticket, user=request.user, call=call)
    if data is None:
        return _show(request, frame, form)

    def do(**terms: Any) -> None:
        if call is None:
            frame.ticket.schedule_call(by=frame.user, at=frame.at, **terms)
        else:
            frame.ticket.change_call(call=call, by=frame.user, at=frame.at, **terms)

    outcome = tried(form, do)
    if outcome.is_done:
        messages.success(request, form.done)
        return redirect("ticket-team", number)
    if outcome.status == 409 and call:
        # What was typed stays; sent again, it is meant against what now stands there.
        call.refresh_from_db()
        form.data = {**data.dict(), "invited": data.getlist("invited"), "sequence": str(call.sequence)}
    return _show(request, frame, form, outcome.refusal, outcome.status)


def _show(
    request: HttpRequest, frame: TicketFrame, form: CallForm, refusal: str = "", status: int = 200
) -> HttpResponse:
    heading = _("Change the call") if form.call else _("Schedule a customer call")
    context = frame.context(form=form, call=form.call, refusal=refusal, call_heading=heading)
    return render(request, "escalations/call.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """GET asks, POST calls it off."""
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    call = get_object_or_404(frame.ticket.calls, pk=pk)
    refusal = ""
    if request.method == "POST":
        given = request.POST.get("sequence", "")
        sequence = int(given) if given.isascii() and given.isdigit() and len(given) < 8 else call.sequence
        try:
            frame.ticket.cancel_call(call=call, sequence=sequence, by=frame.user, at=frame.at)
        except NotAllowed as refused:
            refusal = refused.message
            call.refresh_from_db()
        else:
            messages.success(request, _("Called off. Everybody who was invited is being told."))
            return redirect("ticket-team", number)
    context = frame.context(call=call, refusal=refusal)
    return render(request, "escalations/call_off.html", context, status=409 if refusal else 200)


@login_required
@require_safe
def ics(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The call as a file that every calendar opens."""
    ticket = ticket_or_404(request.user, number)
    call = get_object_or_404(ticket.calls.select_related("organiser"), pk=pk)
    method = CANCEL if call.cancelled_at else REQUEST
    answer = HttpResponse(
        invitation(call, method, call.cancelled_at or call.created_at, call.attendees),
        content_type="text/calendar; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return answer
