"""All that is recorded of an issue, on paper or as a file, with what proves that nothing of it was changed.

The page shows a hundred events at a time, the file all of them. On paper they are wanted together: `?all=1`.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.access import ticket_or_404, tickets_for
from escalations.audit.evidence import evidence, parts, to_prove
from escalations.models import Ticket
from escalations.views.evidence_words import in_words

PAGE = 100  # events, and rows of each other table
A_SHEET = 14  # events that one page of A4 holds, by experience


@login_required
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    ticket, at = _ticket(request, number), timezone.now()
    document = evidence(ticket, at)
    count, is_all = len(document["events"]), "all" in request.GET
    found = Paginator(document["events"], max(count, 1) if is_all else PAGE).get_page(request.GET.get("page"))
    tables = {name: document[name] for name in ("clocks", "escalations", "messages")}
    cut = {} if is_all else {name: len(rows) - PAGE for name, rows in tables.items() if len(rows) > PAGE}
    shown = document | {name: rows[: None if is_all else PAGE] for name, rows in tables.items()}
    context = {
        "ticket": ticket,
        "it": in_words(shown | {"events": list(found)}),
        "page": found,
        "cut": cut,
        "is_all": is_all,
        "is_whole": is_all or not (cut or found.has_other_pages()),
        "sheets": 1 + count // A_SHEET,
        "zone": timezone.get_current_timezone_name(),
    }
    return render(request, "escalations/evidence.html", context)


@login_required
@require_safe
def file(request: HttpRequest, number: str) -> HttpResponseBase:
    """Streamed: events come as they are read, and what they prove after them."""
    ticket = _ticket(request, number)
    answer = StreamingHttpResponse(_lines(ticket, timezone.now()), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{ticket.number}-evidence.json"'
    return answer


def _lines(ticket: Ticket, at: datetime) -> Iterator[str]:
    before = "{\n"
    for name, value in parts(ticket, at):
        yield f'{before} "{name}": '
        yield from _events(value) if name == "events" else (_text(value),)
        before = ",\n"
    yield "\n}\n"


def _events(events: Iterator[Any]) -> Iterator[str]:
    before = "[\n"
    for event in events:
        yield before + _text(event)
        before = ",\n"
    yield "[]" if before == "[\n" else "\n]"


def _text(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)


def _ticket(request: HttpRequest, number: str) -> Ticket:
    return ticket_or_404(request.user, number, to_prove(tickets_for(request.user)))
