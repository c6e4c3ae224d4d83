"""The outbox: every message that is to leave, has left, or could not, and a page to read each one."""

import re
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from templates_app.mail import Mail, compose
from templates_app.models import Notification
from templates_app.models.notification import WRITTEN, State

PAGE_SIZE = 50
RUN_IT = ("manager", "admin", "auditor")
# The signed part of a link with which its addressee acts: takes an escalation, answers as the customer, ends a digest.
BESIDE = re.compile(r'<img\b[^>]*\bsrc="cid:[^"]*"[^>]*>')
OWN_LINK = re.compile(r"/(a|s|drill|overviews|invitation|address|password/reset/key)/[^/\s\"'<>]+/")
OLDER_THAN = re.compile(r"[0-9]{1,18}")
KINDS = {
    "opened": _("Logged"),
    "escalated": _("Escalation"),
    "breach": _("Breach"),
    "reminder": _("Reminder"),
    "at_risk": _("At risk"),
    "assigned": _("Assigned"),
    "severity": _("Severity changed"),
    "taken": _("Taken"),
    "held": _("Ladder held"),
    "resolved": _("Resolved"),
    "reopened": _("Reopened"),
    "customer": _("To the customer"),
    "returned": _("Came back from the customer"),
    "call": _("Invitation"),
    "joined": _("Response team"),
    "access": _("Confidential issue"),
    "access_self": _("Confidential issue"),
    "merged": _("Merged"),
    "complaint": _("From the customer"),
    "reply": _("Reply from the customer"),
    "confirmed": _("Confirmed"),
    "mentioned": _("Mention"),
    "watching": _("To a watcher"),
    "action": _("Action item"),
    "check_in": _("Check-in"),
    "drill": _("Test of the ladder"),
    "coverage": _("Gaps in the matrix"),
    "protocol": _("Protocol"),
    "digest": _("Overview"),
    "admin": _("To the administrator"),
    "room": _("To the Slack room"),
    "account": _("About an account"),
    "test": _("Test"),
}


@login_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Newest first, in pages that cost the same however long the outbox is."""
    state, q, before = (request.GET.get(name, "").strip() for name in ("state", "q", "before"))
    messages = visible_to(request.user)
    if state in State.values:
        messages = messages.filter(state=state)
    if q:
        messages = messages.filter(
            Q(about__iexact=q) | Q(to_address__icontains=q) | Q(to_name__icontains=q) | Q(subject__icontains=q)
        )
    if OLDER_THAN.fullmatch(before):
        messages = messages.filter(pk__lt=int(before))
    rows = list(messages.order_by("-pk").defer("context", "text", "html")[: PAGE_SIZE + 1])
    context = {
        "at": timezone.now(),
        "messages_shown": [{"message": row, "kind": KINDS.get(row.kind, row.kind)} for row in rows[:PAGE_SIZE]],
        "keeps": any(row.is_kept for row in rows[:PAGE_SIZE]),
        "older": rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None,
        "newer": bool(before),
        "states": [("", _("All")), *State.choices],
        "state": state,
        "q": q,
    }
    return render(request, "templates_app/outbox.html", context)


@login_required
@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: its fate, its text, and its HTML in a frame that may do nothing."""
    row = get_object_or_404(visible_to(request.user), pk=pk)
    mail = read(row, request.user)
    context = {"at": timezone.now(), "message": row, "kind": KINDS.get(row.kind, row.kind), "mail": mail}
    return render(request, "templates_app/outbox_message.html", context)


def framed(view: Any) -> Any:
    """For a view that answers with a mail: shown in a frame of our pages, where it can run, load and reach nothing."""
    policy = {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": ["data:"],
        "frame-ancestors": [SELF],
        "sandbox": True,
    }
    return xframe_options_sameorigin(csp(policy)(view))


@login_required
@require_safe
@framed
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part as it was sent. It is a document of its own that can run, load and reach nothing: a picture that
    came beside it in the mail is left out, as what it shows is said in words below it."""
    row = get_object_or_404(visible_to(request.user), pk=pk)
    mail = read(row, request.user)
    return HttpResponse(BESIDE.sub("", mail.html) if mail else "")


def visible_to(user: Any) -> QuerySet[Notification]:
    """Everybody of the desk may read what left about any issue, as they may read the issue. What the administrators
    are told about the system stays with those who run it, and so does when and from where somebody signs in."""
    if user.is_superuser or user.role in RUN_IT:
        return Notification.objects.all()
    return Notification.objects.exclude(kind__in=("admin", "account"))


def read(row: Notification, user: Any) -> Mail | None:
    """The mail as it was sent, or as it would be now. None if its wording cannot be made."""
    mail: Mail | None = Mail(row.subject, row.text, row.html)
    if not row.text or row.kind in WRITTEN:
        try:
            mail = compose([row], at=row.sent_at)
        except (KeyError, TypeError, ValueError):
            return None
    assert mail
    if settings.DEMO or row.user_id == user.pk:
        return mail
    # Whoever reads over a shoulder may not act in the addressee's name.
    return Mail(mail.subject, OWN_LINK.sub(r"/\1/…/", mail.text), OWN_LINK.sub(r"/\1/…/", mail.html))
