"""What the browser may announce on the desktop: one's own clocks that are at risk or overdue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.models import User
from escalations import visits
from escalations.enums import OPEN, ClockKind
from escalations.models import Clock
from escalations.views import listing

MOST = 20


@dataclass(frozen=True)
class Alarm:
    """`key` names the ticket, the clock and its state: what was announced under it is not announced again."""

    key: str
    row: int
    path: str
    title: str
    text: str


def alarms_of(user: Any, at: datetime) -> list[Alarm]:
    """The earliest due first; none, and no query, for people who do not want any."""
    if not user.desktop_alerts:
        return []
    clocks = (
        Clock.objects.filter(ticket__owner=user, ticket__status__in=OPEN, stopped_at=None, at_risk_at__lte=at)
        .select_related("ticket__customer")
        .order_by("due_at", "pk")[:MOST]
    )
    return [_alarm(clock, at) for clock in clocks]


def _alarm(clock: Clock, at: datetime) -> Alarm:
    ticket = clock.ticket
    late = clock.due_at is not None and clock.due_at <= at
    words = {"clock": ClockKind(clock.kind).label, "number": ticket.number}
    return Alarm(
        key=f"{ticket.number}/{clock.kind}/{clock.cycle}/{'late' if late else 'risk'}",
        row=ticket.pk,
        path=ticket.get_absolute_url(),
        title=(_("%(number)s: %(clock)s overdue") if late else _("%(number)s: %(clock)s at risk")) % words,
        text=f"{ticket.customer.name} · {ticket.subject}",
    )


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Desktop notifications on or off, for oneself."""
    User.objects.filter(pk=str(request.user.pk)).update(desktop_alerts=bool(request.POST.get("on")))
    return redirect(_back(request))


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Nothing on this list is news any more."""
    at = timezone.now()
    given = QueryDict(request.POST.get("list", "")[:4000])
    visits.see_all(request.user, listing.found(request.user, given, at), at)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    return listing.address(QueryDict(request.POST.get("list", "")[:4000]))
