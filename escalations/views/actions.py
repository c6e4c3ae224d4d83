"""Action items: on the review of their issue, and all of them at /actions/."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from escalations.access import must_work
from escalations.errors import NotAllowed
from escalations.forms.care import ActionForm
from escalations.models import ActionItem
from escalations.views.outcome import Outcome, tried
from escalations.views.ticket_frame import TicketFrame

PAGE_SIZE = 50
LISTS = {
    "mine": gettext_lazy("Mine"),
    "overdue": gettext_lazy("Overdue"),
    "open": gettext_lazy("All open"),
    "done": gettext_lazy("Done"),
}


@login_required
@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """`list` is one of LISTS; whatever else is asked for shows one's own."""
    chosen = request.GET.get("list", "mine")
    chosen = chosen if chosen in LISTS else "mine"
    today = timezone.localdate()
    rows = _rows(chosen, request.user, today).select_related("ticket__customer", "ticket__severity", "owner")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "today": today,
        "chosen": chosen,
        "lists": [{"key": key, "label": label, "current": key == chosen} for key, label in LISTS.items()],
        "next": request.get_full_path(),
    }
    return render(request, "escalations/actions.html", context)


def _rows(chosen: str, user: Any, today: Any) -> QuerySet[ActionItem]:
    if chosen == "done":
        return ActionItem.objects.filter(done_at__isnull=False).order_by("-done_at", "-pk")
    # What is open has a next reminder, and there is an index of those.
    rows = ActionItem.objects.filter(remind_at__isnull=False).order_by("due_on", "pk")
    if chosen == "overdue":
        return rows.filter(due_on__lt=today)
    return rows.filter(owner=user) if chosen == "mine" else rows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, number: str) -> HttpResponse:
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    form = ActionForm(request.POST or None, initial={"owner": frame.ticket.owner_id})
    outcome = Outcome()
    if request.method == "POST":
        verb = frame.ticket.add_action
        outcome = tried(form, lambda **given: verb(by=frame.user, at=frame.at, **given))
        if outcome.is_done:
            messages.success(request, _("Added. Its owner is reminded in time."))
            return redirect(_path(frame, "#actions"))
    return _answer(request, frame, form, outcome)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: str, key: int) -> HttpResponse:
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    action = _fetch(frame, key)
    initial = {"text": action.text, "owner": action.owner_id, "due_on": action.due_on}
    form = ActionForm(request.POST or None, initial=initial)
    outcome = Outcome()
    if request.method == "POST":
        verb = frame.ticket.edit_action
        outcome = tried(form, lambda **given: verb(action=action, by=frame.user, at=frame.at, **given))
        if outcome.is_done:
            messages.success(request, _("Saved."))
            return redirect(_path(frame, f"#action-{key}"))
    return _answer(request, frame, form, outcome)


@login_required
@require_POST
def settle(request: HttpRequest, number: str, key: int, how: str) -> HttpResponse:
    """It is done, or it will not be done."""
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    action = _fetch(frame, key)
    verbs = {"done": frame.ticket.finish_action, "drop": frame.ticket.drop_action}
    if how not in verbs:
        raise Http404
    try:
        verbs[how](action=action, by=frame.user, at=frame.at)
    except NotAllowed as refused:
        messages.warning(request, refused.message)
    else:
        messages.success(request, _("Done. Nobody is reminded any more.") if how == "done" else _("Dropped."))
    back = request.POST.get("next", "")
    is_path = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    return redirect(back if is_path else _path(frame, "#actions"))


def _fetch(frame: TicketFrame, key: int) -> ActionItem:
    action = frame.ticket.action_items.filter(pk=key).select_related("owner").first()
    if action is None:
        raise Http404(_("There is no such action item."))
    return action


def _path(frame: TicketFrame, anchor: str = "") -> str:
    return reverse("ticket-review", args=[frame.ticket.number]) + anchor


def _answer(request: HttpRequest, frame: TicketFrame, form: ActionForm, outcome: Outcome) -> HttpResponse:
    context = frame.context(form=form, refusal=outcome.refusal, action=request.path, back=_path(frame))
    return render(request, "escalations/care_form.html", context, status=outcome.status)
