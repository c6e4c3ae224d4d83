"""All escalations, filtered by the address."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.access import ticket_or_404, tickets_for
from escalations.filters import ListFilters
from escalations.models.ticket import primary_key_of
from escalations.views import listing, rows
from escalations.views.headers import headers
from escalations.views.paging import TicketPages
from escalations.visits import unread_among

PAGE_SIZE = 40


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
    shown = rows.rows_of(page.object_list, at, unread_among(request.user, page.object_list))
    context = {
        "at": at,
        "filters": filters,
        "list": ListFilters.tidy(request.GET),
        "pickable": True,
        "headers": headers(filters.cleaned_data.get("ordering", "")),
        "page": page,
        "rows": rows.with_excerpts(shown, filters.cleaned_data.get("q", "")),
    }
    return render(request, "escalations/tickets.html", context)
