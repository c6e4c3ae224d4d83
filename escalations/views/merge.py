"""Merging a duplicate: first what will happen, then the button that does it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from escalations import customer_mail
from escalations.access import must_work
from escalations.forms.relations import MergeForm
from escalations.models import Ticket
from escalations.views.outcome import tried
from escalations.views.ticket_frame import TicketFrame


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """Two steps: which one and why; then, with everything said that will happen, the button that does it."""
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    form = MergeForm(
        request.POST if request.method == "POST" else None,
        ticket=frame.ticket,
        user=request.user,
        initial={"into": request.GET.get("into", "")[:30]},
    )
    if request.method != "POST":
        return _page(request, frame, form)
    sure = request.POST.get("sure") == "yes"
    if not sure:
        return _page(request, frame, form, coming=form.is_valid(), status=200 if form.is_valid() else 400)
    outcome = tried(form, lambda **given: frame.ticket.merge(by=frame.user, at=frame.at, **given))
    if not outcome.is_done:
        return _page(request, TicketFrame.of(request, number), form, outcome.refusal, status=outcome.status)
    messages.success(request, form.done)
    return redirect(form.cleaned_data["into"])


def _page(
    request: HttpRequest,
    frame: TicketFrame,
    form: MergeForm,
    refusal: str = "",
    *,
    coming: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = frame.context(form=form, refusal=refusal)
    if coming:
        into = form.cleaned_data["into"]
        context |= {"into": into, "consequences": _consequences(frame, into)}
    return render(request, "escalations/merge.html", context, status=status)


def _consequences(frame: TicketFrame, into: Ticket) -> list[str]:
    """What merging will do, each in a sentence."""
    names = {"this": frame.ticket.number, "other": into.number}
    return [
        _("%(this)s is closed. Its clocks stop without a verdict; what was missed before stays missed.") % names,
        _("What was reported in %(this)s becomes an internal note on %(other)s.") % names,
        *_who_hears(frame.ticket, into, names),
        *_what_goes_over(frame, names),
        _("Reopening %(this)s takes it out again. What went over stays with %(other)s.") % names,
    ]


def _who_hears(ticket: Ticket, into: Ticket, names: dict[str, Any]) -> list[str]:
    lines = []
    told = {p["email"].lower() for e in ticket.escalations.filter(ended_at=None) for p in e.contacts}
    if told:
        lines.append(
            ngettext(
                "%(count)d person on its ladder hears that it is over, and where work goes on.",
                "%(count)d people on its ladder hear that it is over, and where work goes on.",
                len(told),
            )
            % {"count": len(told)}
        )
    there = {address.lower() for _name, address in customer_mail.addressees(into)}
    if joining := [a for a in (ticket.reporter_email, *ticket.cc) if a and a.lower() not in there]:
        people = names | {"people": ", ".join(joining)}
        lines.append(_("%(people)s will get a copy of each message to the customer about %(other)s.") % people)
    if ticket.watches.exists():
        lines.append(_("Whoever watches %(this)s watches %(other)s from now on.") % names)
    return lines


def _what_goes_over(frame: TicketFrame, names: dict[str, Any]) -> list[str]:
    lines, files = [], frame.ticket.attachments.count()
    calls = frame.ticket.calls.filter(starts_at__gt=frame.at, cancelled_at=None).count()
    if files:
        line = ngettext("Its file goes over to %(other)s.", "Its %(count)d files go over to %(other)s.", files)
        lines.append(line % (names | {"count": files}))
    if calls:
        line = ngettext("Its planned call goes over.", "Its %(count)d planned calls go over.", calls)
        lines.append(line % {"count": calls})
    return lines
