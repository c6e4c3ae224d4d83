"""The panel with all filters of the queue or of the list: a page of its own, which opens as a sheet."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from escalations.filters import ListFilters, QueueFilters
from escalations.views import listing


@login_required
@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    queue = listing.is_queue(request.GET)
    filters = (QueueFilters if queue else ListFilters)(request.GET, request.user)
    filters.fit_widgets()
    context = {"filters": filters, "tab": request.GET["tab"] if queue else "", "list": filters.tidy(request.GET)}
    return render(request, "escalations/filters.html", context)
