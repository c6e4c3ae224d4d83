"""The queue: what runs out next, for me, for my team, for nobody yet."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from escalations.filters import TAB_LABELS, QueueFilters
from escalations.models import Ticket
from escalations.models.ticket import FIRST_NUMBER, TicketQuerySet
from escalations.views import counts, listing, rows
from escalations.views.alarms import alarms_of
from escalations.views.horizon import AHEAD, Horizon, Point, horizon
from escalations.views.paging import TicketPages
from escalations.visits import unread_among

PAGE_SIZE = 40
MOST_DOTS = 48
TITLES = {"mine": _("My queue"), "team": _("Team queue"), "unassigned": _("Unassigned"), "waiting": _("Waiting")}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The page; with `v`, the list alone, or 204 if it is still as `v` says."""
    if not request.user.is_authenticated:
        # Without "next": signing in leads everybody to their own first page.
        return redirect(settings.LOGIN_URL)
    if tidied := listing.tidied(request, QueueFilters):
        return tidied
    at = timezone.now()
    state = _state(request, at)
    if request.headers.get("Fragment") and request.GET.get("v") == state["version"]:
        return HttpResponse(status=204)
    part = request.headers.get("Fragment") and "v" in request.GET
    context = state | _horizons(state["tickets"], at)
    return render(request, "escalations/_queue_live.html" if part else "escalations/queue.html", context)


def _state(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What the page shows, and the version that says whether a reader has seen it."""
    user = request.user
    tab = request.GET.get("tab", "")
    tab = tab if tab in counts.TABS else counts.first_tab(user)
    filters = QueueFilters(request.GET, user)
    tickets = filters.apply(counts.tab(user, tab), at)
    tab_counts = counts.for_tabs(user, paused=counts.Some(tickets.filter(next_due_at=None)))
    totals = rows.totals(tickets, at) | {"paused": tab_counts["paused"]}
    page = _page(tickets, request.GET.get("page", "1"), sum(totals.values()))
    shown = rows.rows_of(page.object_list, at, unread_among(user, page.object_list))
    alarms = alarms_of(user, at)
    address = QueueFilters.tidy(request.GET)
    return {
        "at": at,
        "tab": tab,
        "title": TITLES[tab],
        "tabs": [(name, TAB_LABELS[name], tab_counts[name]) for name in counts.TABS],
        "filters": filters,
        "q": filters.cleaned_data.get("q", ""),
        "list": _with_tab(request.GET, tab),
        "tickets": tickets,
        "totals": totals,
        "on_track": totals["today"] + totals["week"] + totals["later"],
        "page": page,
        "pickable": True,
        "groups": rows.grouped(shown, totals, at),
        "has_news": any(row.unread for row in shown),
        "alarms": alarms,
        "version": rows.fingerprint(
            shown, totals, tab_counts, page.number, tab, address, [alarm.key for alarm in alarms]
        ),
    }


def _with_tab(given: QueryDict, tab: str) -> str:
    """The query string of this list, the tab said even where it is the person's first."""
    named = given.copy()
    named["tab"] = tab
    return QueueFilters.tidy(named)


def _page(tickets: TicketQuerySet, number: str, total: int) -> Page:
    return TicketPages(listing.by_due(tickets), PAGE_SIZE, total=total).get_page(number)


def _horizons(tickets: TicketQuerySet, at: datetime) -> dict[str, Horizon]:
    soon = tickets.filter(next_due_at__lt=at + AHEAD).order_by("next_due_at", "pk").values("pk")[:MOST_DOTS]
    # The keys first, along their index; the customers' names would make the database sort all there are.
    columns = ("pk", "subject", "customer__name", "severity", "next_due_at")
    found = Ticket.objects.filter(pk__in=soon).order_by("next_due_at", "pk").values_list(*columns)
    points = [Point(f"ESC-{FIRST_NUMBER + key}", *facts) for key, *facts in found if facts[-1]]
    return {
        "wide": horizon(points, at, width=1136, labelled=True, every_hours=1),
        "narrow": horizon(points, at, width=358, labelled=False, every_hours=2),
    }
