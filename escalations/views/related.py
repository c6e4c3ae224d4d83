"""The issues around an issue: what is linked, what was merged, what looks alike, what else is open."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from escalations.access import must_work, ticket_or_404, tickets_for
from escalations.enums import TRANSITIONS
from escalations.errors import NotAllowed
from escalations.forms.relations import LinkForm
from escalations.likeness import ideas_of, likeness
from escalations.models import Ticket, TicketLink
from escalations.models.relation import LinkKind
from escalations.views.outcome import tried
from escalations.views.ticket_frame import TicketFrame

LOOKED_AT = 60  # open issues of the customer that are compared
SHOWN = 20
ALIKE = 1.4  # two words of weight in common, say
BACKWARDS = {
    LinkKind.RELATED: gettext_lazy("Related to"),
    LinkKind.DUPLICATE: gettext_lazy("Has the duplicate"),
    LinkKind.RELAPSE: gettext_lazy("Came back as"),
}


@dataclass(frozen=True)
class Beside:
    """Another issue, and what it is to this one."""

    ticket: Ticket
    how: str
    can_unlink: bool = False


@login_required
@require_safe
def related(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, TicketFrame.of(request, number))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, number: str) -> HttpResponse:
    """The form stands on the page itself."""
    if request.method != "POST":
        return redirect("ticket-related", number)
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    form = LinkForm(request.POST, ticket=frame.ticket, user=request.user)
    outcome = tried(form, lambda **given: frame.ticket.link(by=frame.user, at=frame.at, **given))
    if not outcome.is_done:
        frame = TicketFrame.of(request, number)
        return _page(request, frame, form, refusal=outcome.refusal, status=outcome.status)
    messages.success(request, form.done)
    return redirect("ticket-related", number)


@login_required
@require_POST
def unlink(request: HttpRequest, number: str) -> HttpResponse:
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    other = ticket_or_404(request.user, request.POST.get("other", "")[:30])
    try:
        frame.ticket.unlink(other=other, by=frame.user, at=frame.at)
    except NotAllowed as refused:
        return _page(request, TicketFrame.of(request, number), refusal=refused.message, status=409)
    messages.success(request, _("%(number)s is no longer linked.") % {"number": other.number})
    return redirect("ticket-related", number)


def _page(
    request: HttpRequest, frame: TicketFrame, form: LinkForm | None = None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    ticket = frame.ticket
    beside = _beside(ticket, works=frame.user.may_work and not ticket.merged_into_id)
    known = {each.ticket.pk for each in beside}
    alike, others = _of_the_customer(frame, known)
    works = frame.user.may_work and not ticket.merged_into_id
    more: dict[str, Any] = {
        "beside": beside,
        "alike": alike,
        "others": others,
        "works": works,
        "may_merge": works and ticket.status in TRANSITIONS["merge"],
        "form": form or (LinkForm(ticket=ticket, user=frame.user) if works else None),
        "refusal": refusal,
    }
    return render(request, "escalations/related.html", frame.context("related", **more), status=status)


def _beside(ticket: Ticket, *, works: bool) -> list[Beside]:
    """What is linked from either side, what was merged into it, and what it was merged into."""
    links = TicketLink.objects.filter(Q(ticket=ticket.pk) | Q(other=ticket.pk)).select_related(
        "ticket__customer", "ticket__owner", "ticket__severity", "other__customer", "other__owner", "other__severity"
    )
    found = [
        Beside(each.other, str(each.get_kind_display()), works)
        if each.ticket_id == ticket.pk
        else Beside(each.ticket, str(BACKWARDS[LinkKind(each.kind)]), works)
        for each in links[:100]
    ]
    merged = Ticket.objects.filter(merged_into=ticket.pk).select_related("customer", "owner", "severity")
    found = [Beside(each, _("Merged into this one")) for each in merged[:50]] + found
    if ticket.merged_into:
        found.insert(0, Beside(ticket.merged_into, _("This was merged into")))
    return found


def _of_the_customer(frame: TicketFrame, known: set[int]) -> tuple[list[Ticket], list[Ticket]]:
    """The customer's other open issues: those that sound alike, the likest first, and the rest, newest first."""
    ticket = frame.ticket
    rows = (
        tickets_for(frame.user)
        .open_ones()
        .filter(customer=ticket.customer_id)
        .exclude(pk__in=[ticket.pk, *known])
        .select_related("customer", "owner", "severity")
        .order_by("-pk")[:LOOKED_AT]
    )
    said = ideas_of(f"{ticket.subject} {ticket.description}")
    scored = [(likeness(said, ideas_of(row.subject)), row) for row in rows]
    alike = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [row for _score, row in alike], [row for score, row in scored if score < ALIKE][:SHOWN]
