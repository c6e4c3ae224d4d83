"""All escalations, filtered by the address, and logging a new one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.models.matrix import Level
from escalations.access import must_work, ticket_or_404, tickets_for
from escalations.durations import Target
from escalations.errors import Invalid
from escalations.filters import ListFilters
from escalations.forms import NewIssueForm
from escalations.models import Severity, Ticket
from escalations.models.ticket import primary_key_of
from escalations.views import listing, rows
from escalations.views.headers import headers
from escalations.views.paging import TicketPages
from escalations.visits import unread_among

PAGE_SIZE = 50


@login_required
@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    """The list. Somebody who typed a ticket's number is taken there."""
    q = request.GET.get("q", "")
    if (key := primary_key_of(q)) and tickets_for(request.user).filter(pk=key).exists():
        return redirect(ticket_or_404(request.user, q))
    if tidied := listing.tidied(request, ListFilters):
        return tidied
    at = timezone.now()
    filters = ListFilters(request.GET, request.user)
    found = filters.apply(tickets_for(request.user), at)
    page = TicketPages(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "at": at,
        "filters": filters,
        "address": ListFilters.tidy(request.GET),
        "headers": headers(filters.cleaned_data.get("ordering", "")),
        "page": page,
        "rows": rows.rows_of(page.object_list, at, unread_among(request.user, page.object_list)),
    }
    return render(request, "escalations/tickets.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Log an issue. Whatever is wrong, everything that was typed stays."""
    must_work(request.user)
    form = NewIssueForm(
        request.POST or None, initial={"owner": request.user.pk, "customer": request.GET.get("customer")}
    )
    if request.method == "POST" and form.is_valid():
        ticket = _open(request, form)
        if ticket:
            messages.success(request, _("%(number)s is logged and its clocks run.") % {"number": ticket.number})
            return redirect(ticket)
    status = 400 if form.is_bound else 200
    return render(request, "escalations/new.html", {"form": form, "choices": _choices(form)}, status=status)


def _open(request: HttpRequest, form: NewIssueForm) -> Ticket | None:
    try:
        return Ticket.objects.open(by=request.user, at=timezone.now(), source="web", **form.cleaned_data)
    except Invalid as invalid:
        form.refuse(invalid.fields)
        return None


def _choices(form: NewIssueForm) -> list[dict[str, Any]]:
    """Each severity with what follows from choosing it."""
    return [
        {
            "severity": severity,
            "chosen": str(form["severity"].value()) == severity.code,
            "response": Target.parse(severity.response_target).label(),
            "resolution": Target.parse(severity.resolution_target).label(),
            "update": Target.parse(severity.update_every).label() if severity.update_every else "",
            "told": [str(Level(str(rung)).label) for rung in severity.notify_on_open],
        }
        for severity in Severity.objects.all()
    ]
