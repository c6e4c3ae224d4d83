"""Check-ins: one of an issue, and all of them at /aftercare/."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from escalations.access import must_work
from escalations.forms.care import CheckInForm
from escalations.models import CheckIn
from escalations.views.outcome import Outcome, tried
from escalations.views.ticket_frame import TicketFrame

PAGE_SIZE = 50
WHOSE = {"mine": gettext_lazy("Mine"), "team": gettext_lazy("My team’s"), "all": gettext_lazy("Everybody’s")}
GROUPS = {"late": gettext_lazy("Overdue"), "today": gettext_lazy("Due today"), "later": gettext_lazy("Upcoming")}


@login_required
@require_safe
def aftercare(request: HttpRequest) -> HttpResponse:
    """`whose` is one of WHOSE; whatever else is asked for shows one's own."""
    at = timezone.now()
    chosen = request.GET.get("whose", "mine")
    chosen = chosen if chosen in WHOSE else "mine"
    rows = _rows(chosen, request.user).select_related("ticket__customer", "ticket__severity", "ticket__owner")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "at": at,
        "page": page,
        "groups": _grouped(list(page.object_list), at),
        "chosen": chosen,
        "lists": [{"key": key, "label": label, "current": key == chosen} for key, label in WHOSE.items()],
    }
    return render(request, "escalations/aftercare.html", context)


def _rows(chosen: str, user: Any) -> QuerySet[CheckIn]:
    # What is open has a next reminder, and there is an index of those.
    rows = CheckIn.objects.filter(remind_at__isnull=False).order_by("due_at", "pk")
    if chosen == "team" and user.team_id:
        return rows.filter(ticket__team=user.team_id)
    return rows.filter(ticket__owner=user) if chosen == "mine" else rows


def _grouped(rows: list[CheckIn], at: datetime) -> list[dict[str, Any]]:
    """As the queue is: what is late first. A day ends at midnight where the person is."""
    begins = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    ends = begins + timedelta(days=1)
    found: dict[str, list[CheckIn]] = {key: [] for key in GROUPS}
    for row in rows:
        found["late" if row.due_at < begins else "today" if row.due_at < ends else "later"].append(row)
    return [{"key": key, "label": GROUPS[key], "rows": each} for key, each in found.items() if each]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Say how the customer fares. Red is asked for twice: it logs a new issue."""
    frame = TicketFrame.of(request, number)
    row = _fetch(frame, key)
    form = CheckInForm(request.POST or None)
    outcome = Outcome()
    if request.method == "POST":
        must_work(request.user)
        outcome = tried(form, lambda **given: _look(frame, row, given))
        if outcome.is_done and outcome.value:
            names = {"number": outcome.value.number}
            messages.warning(request, _("%(number)s is logged and its clocks run: the issue has come back.") % names)
            return redirect(outcome.value)
        if outcome.is_done:
            messages.success(request, _("Kept. The customer’s health says so, too."))
            return redirect(reverse("ticket-review", args=[number]) + "#check-ins")
    left = frame.ticket.check_ins.filter(done_at=None, cancelled_at=None).exclude(pk=row.pk).count()
    context = frame.context(
        form=form, refusal=outcome.refusal, row=row, left=left, others=_others(frame, row), may_do=_may_do(frame, row)
    )
    return render(request, "escalations/check_in.html", context, status=outcome.status)


def _look(frame: TicketFrame, row: CheckIn, given: dict[str, Any]) -> Any:
    given = {name: value for name, value in given.items() if name != "confirm"}
    return frame.ticket.check_in(check_in=row, by=frame.user, at=frame.at, **given)


def _may_do(frame: TicketFrame, row: CheckIn) -> bool:
    return bool(frame.user.may_work and not frame.ticket.is_open and not row.done_at and not row.cancelled_at)


def _fetch(frame: TicketFrame, key: int) -> CheckIn:
    row = frame.ticket.check_ins.filter(pk=key).select_related("done_by").first()
    if row is None:
        raise Http404(_("There is no such check-in."))
    return row


def _others(frame: TicketFrame, row: CheckIn) -> list[CheckIn]:
    """What was said before: the fix held until then, or it did not."""
    done = frame.ticket.check_ins.filter(done_at__isnull=False).exclude(pk=row.pk)
    return list(done.select_related("done_by").order_by("done_at"))
