"""What went to an endpoint and what became of it. Of an issue that the reader may not see, no more than that."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config.nudge import nudge_webhooks
from contacts.forms import sent
from escalations import access
from escalations.models.ticket import primary_key_of
from escalations.webhooks.forms import SinceForm
from escalations.webhooks.kinds import KINDS, PING
from escalations.webhooks.pages import endpoint_or_404
from templates_app.models import WebhookDelivery, WebhookEndpoint
from templates_app.webhooks import deliveries, endpoints, schedule

PAGE_SIZE = 50
SINCE = timedelta(days=3)
State = WebhookDelivery.State


@dataclass(frozen=True)
class Line:
    delivery: WebhookDelivery
    label: str
    about: str  # empty where the reader may not see the issue
    is_hidden: bool


@login_required
@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One endpoint with its deliveries, newest first, in pages that cost the same however many there are."""
    return _shown(request, endpoint_or_404(request, pk))


def _shown(request: HttpRequest, endpoint: WebhookEndpoint, form: SinceForm | None = None) -> HttpResponse:
    at = timezone.now()
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    rows: Any = endpoint.deliveries.defer("body")
    if state in State.values:
        rows = rows.filter(state=state)
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    context = {
        "endpoint": endpoint,
        "chosen": [label for kind, label in KINDS.items() if kind in endpoint.kinds],
        "lines": lines(found[:PAGE_SIZE], request.user),
        "older": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "newer": bool(before),
        "states": [("", _("All")), *State.choices],
        "state": state,
        "form": form or SinceForm(initial={"since": localtime(at - SINCE)}),
        "old_until": endpoints.old_one_signs_until(endpoint, at),
        "tries": schedule.TRIES,
        "at": at,
    }
    status = 400 if form and form.errors else 200
    return render(request, "escalations/webhooks/one.html", context, status=status)


@login_required
@require_safe
def delivery(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    endpoint = endpoint_or_404(request, pk)
    row = _delivery(endpoint, key)
    [line] = lines([row], request.user)
    context = {
        "endpoint": endpoint,
        "line": line,
        "delivery": row,
        "id": deliveries.name_of(row),
        "body": "" if line.is_hidden else json.dumps(row.body, indent=2, ensure_ascii=False),
        "attempts": row.attempts.all(),
        "tries": 1 if row.kind == PING else schedule.TRIES,
        "at": timezone.now(),
    }
    return render(request, "escalations/webhooks/delivery.html", context)


@login_required
@require_POST
def again(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    endpoint = endpoint_or_404(request, pk)
    row = _delivery(endpoint, key)
    if endpoint.disabled_at:
        messages.warning(request, _("It is switched off. Switch it on first."))
    elif deliveries.send_again(row, timezone.now()):
        nudge_webhooks()
        messages.success(request, _("It is sent again, under the same webhook-id."))
    else:
        messages.success(request, _("It waits to be sent already."))
    return redirect("webhook-delivery", endpoint.pk, row.pk)


@login_required
@require_POST
def all_again(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = endpoint_or_404(request, pk)
    form = SinceForm(sent(request))
    if not form.is_valid():
        return _shown(request, endpoint, form)
    if endpoint.disabled_at:
        messages.warning(request, _("It is switched off. Switch it on first."))
        return redirect("webhook", endpoint.pk)
    count = deliveries.send_failed_again(endpoint, form.cleaned_data["since"], timezone.now())
    nudge_webhooks()
    words = ngettext("%(count)d message is sent again.", "%(count)d messages are sent again.", count)
    messages.success(request, words % {"count": count} if count else _("None failed since then."))
    return redirect("webhook", endpoint.pk)


def lines(rows: Sequence[WebhookDelivery], reader: Any) -> list[Line]:
    """One query, whatever they are about."""
    seen = numbers_seen(rows, reader)
    hidden = [bool(row.about) and row.about not in seen for row in rows]
    return [
        Line(
            row,
            str(KINDS.get(row.kind) or (_("Test") if row.kind == PING else row.kind)),
            "" if is_hidden else row.about,
            is_hidden,
        )
        for row, is_hidden in zip(rows, hidden, strict=True)
    ]


def numbers_seen(rows: Sequence[WebhookDelivery], reader: Any) -> set[str]:
    """The issues among these that the reader may see. One query."""
    keys = {primary_key_of(row.about) for row in rows if row.about}
    return {ticket.number for ticket in access.tickets_for(reader).filter(pk__in=keys).only("pk")} if keys else set()


def _delivery(endpoint: WebhookEndpoint, key: int) -> WebhookDelivery:
    return get_object_or_404(WebhookDelivery, endpoint=endpoint, pk=min(key, 2**63 - 1))
