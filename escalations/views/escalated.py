"""What waits for an executive, in the app."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.models.ticket import Ticket, TicketQuerySet
from escalations.views.counts import waiting_for
from escalations.views.rows import rows_of

MOST = 30


@login_required
@require_safe
def escalated(request: HttpRequest) -> HttpResponse:
    """Everything this person was told about that nobody has taken; then what they have."""
    at = timezone.now()
    waiting = waiting_for(request.user).order_by("-at").values_list("ticket_id", flat=True)[: MOST * 3]
    keys = list(dict.fromkeys(waiting))[:MOST]
    tickets: TicketQuerySet = Ticket.objects.for_list().open_ones()
    told = sorted(tickets.filter(pk__in=keys), key=lambda ticket: keys.index(ticket.pk))
    mine = tickets.filter(taken_by=request.user.pk).order_by("next_due_at")[:MOST]
    context = {"at": at, "told": rows_of(told, at), "mine": rows_of(mine, at)}
    return render(request, "escalations/escalated.html", context)
