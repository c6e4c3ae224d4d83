"""One line for each thing that the number counts, as in the list of all escalations; and the same for spreadsheets."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.templatetags.ui import clock_time
from escalations.models import Clock, Escalation, Ticket
from escalations.views import rows as listed
from escalations.views.export import as_csv
from escalations.views.paging import TicketPages
from metrics.figures import FIGURES, Figure
from metrics.rows_page.words import about, how_many
from metrics.scope import Scope

PAGE_SIZE = 40


@dataclass(frozen=True)
class Asked:
    figure: Figure
    scope: Scope
    rows: QuerySet[Any]

    @classmethod
    def of(cls, request: HttpRequest, at: datetime) -> "Asked":
        """Raises Http404 for a figure that there is not."""
        figure = FIGURES.get(request.GET.get("figure", "active"))
        if figure is None:
            raise Http404(_("There is no such number."))
        scope = Scope.read(request.GET, request.user, at)
        rows = figure.rows(scope)
        order = (F(figure.instant).desc(nulls_last=True), "-pk") if figure.instant else ("name", "pk")
        return cls(figure, scope, rows.order_by(*order))


@login_required
@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    asked = Asked.of(request, at)
    pages: Any = TicketPages if asked.figure.counts == "ticket" else Paginator
    page = pages(asked.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "at": at,
        "figure": asked.figure,
        "scope": asked.scope,
        "about": about(asked.figure, asked.scope),
        "page": page,
        "found": how_many(asked.figure, page.paginator.count, is_cut=getattr(page.paginator, "is_cut", False)),
        "rows": _lines(asked.figure, list(page.object_list), at),
        "export": f"{reverse('dashboard-issues-export')}?{query.urlencode()}",
    }
    return render(request, "metrics/rows/page.html", context)


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    at = timezone.now()
    asked = Asked.of(request, at)
    if asked.figure.counts == "customer":
        raise Http404(_("Customers are exported from their own list."))
    return as_csv(asked.rows.values_list("pk" if asked.figure.counts == "ticket" else "ticket", flat=True), at)


def _lines(figure: Figure, things: list[Any], at: datetime) -> list[Any]:
    """Customers as they are; anything else as rows of its ticket, a thing a row."""
    if figure.counts in ("ticket", "customer"):
        return listed.rows_of(things, at) if figure.counts == "ticket" else things
    keys = {thing.ticket_id for thing in things}
    tickets = {row.ticket.pk: row for row in listed.rows_of(_tickets(keys), at)}
    return [_worded(tickets[thing.ticket_id], figure, thing, at) for thing in things]


def _tickets(keys: Iterable[int]) -> Any:
    return Ticket.objects.for_rows().filter(pk__in=keys)


def _worded(row: listed.Row, figure: Figure, thing: Clock | Escalation, at: datetime) -> listed.Row:
    what = thing.get_kind_display() if isinstance(thing, Clock) else thing.get_level_display()
    return replace(row, action=str(what), detail=f"{figure.label}: {clock_time(getattr(thing, figure.instant), at)}")
