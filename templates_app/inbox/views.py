"""/inbox/: what I was told, newest first. Looking changes nothing; opening a message is a button."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from templates_app.inbox import entries
from templates_app.models import Notification
from templates_app.views import KINDS, framed

PAGE_SIZE = 30
KEY = re.compile(r"[0-9]{1,18}")
Seen = Callable[[list[Notification], datetime], None]


@login_required
@require_safe
def inbox(request: HttpRequest, seen: Seen | None = None) -> HttpResponse:
    only_unread = request.GET.get("show") == "unread"
    group = name if (name := request.GET.get("kind", "")) in entries.GROUPS else ""
    rows = entries.unread_by(request.user) if only_unread else entries.mine(request.user)
    if group:
        rows = entries.in_group(rows, group)
    key = request.GET.get("before", "")
    before = entries.mine(request.user).filter(pk=key).first() if KEY.fullmatch(key) else None
    found = entries.page(rows.defer("text", "html"), before, PAGE_SIZE)
    shown = entries.entries(found[:PAGE_SIZE], request.user)
    context = {
        "at": timezone.now(),
        "entries": [{"entry": each, "kind": KINDS.get(each.message.kind, each.message.kind)} for each in shown],
        "groups": [("", _("All kinds")), *((name, words) for name, (words, _kinds) in entries.GROUPS.items())],
        "group": group,
        "only_unread": only_unread,
        "any_unread": any(each.is_unread for each in shown),
        "newest": shown[0].message.pk if shown else None,
        "older": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "newer": before is not None,
    }
    return render(request, "templates_app/inbox.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def message(request: HttpRequest, pk: int, seen: Seen | None = None) -> HttpResponse:
    """GET shows it; POST marks it as read and shows it."""
    row = get_object_or_404(entries.mine(request.user), pk=pk)
    at = timezone.now()
    if request.method == "POST":
        _read(entries.mine(request.user).filter(pk=row.pk), at, seen)
        return redirect("inbox-message", pk)
    row = entries.as_read_by(row, request.user)
    label, url = entries.button_of(row)
    context = {
        "at": at,
        "message": row,
        "kind": KINDS.get(row.kind, row.kind),
        "mail": entries.words_of(row),
        "inbox": True,
        "button": label,
        "button_url": url,
    }
    return render(request, "templates_app/outbox_message.html", context)


@login_required
@require_safe
@framed
def message_html(request: HttpRequest, pk: int, seen: Seen | None = None) -> HttpResponse:
    """The HTML part, as a document of its own that can run, load and reach nothing."""
    row = get_object_or_404(entries.mine(request.user), pk=pk)
    mail = entries.words_of(entries.as_read_by(row, request.user))
    return HttpResponse(mail.html if mail else "")


@login_required
@require_POST
def read_all(request: HttpRequest, seen: Seen | None = None) -> HttpResponse:
    """All that the page showed, or that is older: what came since stays unread."""
    key = request.POST.get("until", "")
    newest = get_object_or_404(entries.mine(request.user), pk=key if KEY.fullmatch(key) else 0)
    number = _read(entries.mine(request.user).filter(created_at__lte=newest.created_at), timezone.now(), seen)
    said = ngettext("%(n)d message marked as read.", "%(n)d messages marked as read.", number) % {"n": number}
    messages.success(request, said)
    return redirect("inbox")


@transaction.atomic
def _read(rows: Any, at: datetime, seen: Seen | None) -> int:
    """`seen` is told of those that spoke of an escalation."""
    unread = rows.filter(read_at=None)
    told = list(unread.filter(escalation_id__isnull=False).only("context", "escalation_id")) if seen else []
    if told and seen:
        seen(told, at)
    number: int = unread.update(read_at=at)
    return number
