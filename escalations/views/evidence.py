"""All that is recorded of an issue, on paper or as a file, with what proves that nothing of it was changed."""

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.access import ticket_or_404, tickets_for
from escalations.audit.evidence import evidence, to_prove
from escalations.models import Event, Ticket


@login_required
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    ticket, at = _ticket(request, number), timezone.now()
    document = evidence(ticket, at)
    kinds = dict(Event._meta.get_field("kind").flatchoices)
    for event in document["events"]:
        event["label"] = kinds.get(event["sealed"]["kind"], event["sealed"]["kind"])
    context = {"ticket": ticket, "at": at, "it": document}
    return render(request, "escalations/evidence.html", context)


@login_required
@require_safe
def file(request: HttpRequest, number: str) -> HttpResponse:
    ticket = _ticket(request, number)
    text = json.dumps(evidence(ticket, timezone.now()), indent=1, ensure_ascii=False)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{ticket.number}-evidence.json"'
    return answer


def _ticket(request: HttpRequest, number: str) -> Ticket:
    return ticket_or_404(request.user, number, to_prove(tickets_for(request.user)))
