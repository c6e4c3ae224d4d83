"""The queue: what runs out next, for me, for my team, for nobody yet."""

from datetime import datetime

from django.conf import settings
from django.core.paginator import Page
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contacts.models import Customer
from escalations.models.ticket import TicketQuerySet
from escalations.search import matching
from escalations.views import counts, rows
from escalations.views.horizon import AHEAD, Horizon, Point, horizon
from escalations.views.paging import TicketPages

PAGE_SIZE = 50
MOST_DOTS = 48
TITLES = {"mine": _("My queue"), "team": _("Team queue"), "unassigned": _("Unassigned"), "waiting": _("Waiting")}
TAB_LABELS = {"mine": _("Mine"), "team": _("Team"), "unassigned": _("Unassigned"), "waiting": _("Waiting")}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The page; with `v`, the list alone, or 204 if it is still as `v` says."""
    if not request.user.is_authenticated:
        # Without "next": signing in leads everybody to their own first page.
        return redirect(settings.LOGIN_URL)
    at = timezone.now()
    tab = request.GET.get("tab", "")
    tab = tab if tab in counts.TABS else counts.first_tab(request.user)
    q = request.GET.get("q", "").strip()
    tickets = matching(counts.tab(request.user, tab), q)
    totals = rows.totals(tickets, at)
    page = _page(tickets, request.GET.get("page", "1"), sum(totals.values()))
    shown = rows.rows_of(page.object_list, at)
    tab_counts = counts.for_tabs(request.user)
    version = rows.fingerprint(shown, totals, tab_counts, page.number, tab, q)
    if request.headers.get("HX-Request") and request.GET.get("v") == version:
        return HttpResponse(status=204)
    context = {
        "at": at,
        "tab": tab,
        "title": TITLES[tab],
        "tabs": [(name, TAB_LABELS[name], tab_counts[name]) for name in counts.TABS],
        "q": q,
        "totals": totals,
        "on_track": totals["today"] + totals["week"] + totals["later"],
        "page": page,
        "groups": rows.grouped(shown, totals, at),
        "version": version,
        **_horizons(tickets, at),
    }
    part = request.headers.get("HX-Request") and "v" in request.GET
    return render(request, "escalations/_queue_live.html" if part else "escalations/queue.html", context)


def _page(tickets: TicketQuerySet, number: str, total: int) -> Page:
    ordered = tickets.order_by(F("next_due_at").asc(nulls_last=True), "pk")
    return TicketPages(ordered, PAGE_SIZE, total=total).get_page(number)


def _horizons(tickets: TicketQuerySet, at: datetime) -> dict[str, Horizon]:
    soon = (
        tickets.filter(next_due_at__lt=at + AHEAD)
        .order_by("next_due_at", "pk")
        .only("subject", "customer_id", "severity_id", "next_due_at")[:MOST_DOTS]
    )
    names = dict(Customer.objects.filter(pk__in={ticket.customer_id for ticket in soon}).values_list("pk", "name"))
    points = [
        Point(ticket.number, ticket.subject, names[ticket.customer_id], ticket.severity_id, ticket.next_due_at)
        for ticket in soon
        if ticket.next_due_at
    ]
    return {
        "wide": horizon(points, at, width=1136, labelled=True, every_hours=1),
        "narrow": horizon(points, at, width=358, labelled=False, every_hours=2),
    }
