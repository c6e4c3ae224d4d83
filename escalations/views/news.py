"""What happened to a ticket while somebody has its page open: a small bar, never a page that reloads by itself."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.access import ticket_or_404
from escalations.enums import EventKind
from escalations.meanwhile import since
from escalations.views.story import story_of

# Warnings to the owner go by mail; here they would only interrupt.
WORTH_A_LINE = tuple(kind for kind in EventKind if kind not in (EventKind.AT_RISK, EventKind.REMINDER))
SHOWN = 3


@login_required
@require_safe
def news(request: HttpRequest, number: str) -> HttpResponse:
    """204 while nobody else has done anything since event `since`."""
    ticket = ticket_or_404(request.user, number)
    events = since(ticket, request.user, request.GET.get("since", ""), WORTH_A_LINE)
    if not events:
        return HttpResponse(status=204)
    items = story_of(events)
    context = {"ticket": ticket, "items": items[:SHOWN], "more": len(items) - SHOWN, "at": timezone.now()}
    return render(request, "escalations/_news.html", context)
