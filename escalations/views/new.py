"""Logging an issue: the form, the live panel beside it, and adding to an open issue instead."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.models import Customer
from escalations import attachments
from escalations.access import must_work
from escalations.errors import Invalid
from escalations.forms.new import NewIssueForm
from escalations.models import Ticket
from escalations.views.files import Picked, picked
from escalations.views.new_panel import Panel, panel_of

LISTED = 200  # customers that the page itself carries
FOUND = 8  # customers that a search shows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Log an issue. Whatever is wrong, everything that was typed stays, the files too."""
    must_work(request.user)
    at = timezone.now()
    if request.method != "POST":
        return _blank(request, at)
    form, files = NewIssueForm(request.POST), picked(request, at)
    form.full_clean()
    panel = panel_of(form, at)
    if "suggest" in request.POST:
        form.errors.clear()
        return _page(request, form, panel, files)
    _needs_severity(form, panel)
    if form.is_valid() and not files.problems:
        try:
            ticket = _log(request.user, form, panel, files, at)
        except Invalid as invalid:
            form.refuse(invalid.fields)
        else:
            messages.success(request, _("%(number)s is logged and its clocks run.") % {"number": ticket.number})
            return redirect(ticket)
    return _page(request, form, panel, files, status=400)


def _needs_severity(form: NewIssueForm, panel: Panel) -> None:
    if not panel.is_chosen and not form.answers.are_given and "severity" not in form.errors:
        form.add_error("severity", _("Answer the first two questions, or choose a severity."))


@transaction.atomic
def _log(user: Any, form: NewIssueForm, panel: Panel, files: Picked, at: datetime) -> Ticket:
    ticket = Ticket.objects.open(
        by=user, at=at, source="web", severity=panel.severity, triage=panel.decision, **form.issue()
    )
    attachments.adopt(ticket, files.keys, by=user, at=at)
    return ticket


def _blank(request: HttpRequest, at: datetime) -> HttpResponse:
    """An empty form; or one with what was typed before its sender was signed out."""
    if kept := getattr(request, "kept", None):
        kept.is_shown = True
        form = NewIssueForm(kept.data)
        form.full_clean()
        panel = panel_of(form, at)
        form.errors.clear()
        rows = attachments.waiting(kept.data.getlist("files"), request.user)  # type: ignore[arg-type]
        return _page(request, form, panel, Picked(rows))
    chosen = _customer(request.GET.get("customer", ""))
    form = NewIssueForm(initial={"owner": request.user.pk, "customer": chosen.name if chosen else ""})
    form.cleaned_data = {"customer": chosen} if chosen else {}
    return _page(request, form, panel_of(form, at), Picked())


def _customer(text: str) -> Customer | None:
    """The one that a link named, by its short name or its key."""
    found = Q(slug=text[:60])
    if text.isascii() and text.isdigit() and len(text) < 19:
        found |= Q(pk=int(text))
    return Customer.objects.filter(found, churned_at=None).first() if text else None


def _page(request: HttpRequest, form: NewIssueForm, panel: Panel, files: Picked, *, status: int = 200) -> HttpResponse:
    customers = list(_active().order_by("name").values_list("name", "slug")[: LISTED + 1])
    context = {
        "form": form,
        "panel": panel,
        "at": panel.at,
        "files": files.rows,
        "problems": files.problems,
        "customers": customers if len(customers) <= LISTED else [],
    }
    return render(request, "escalations/new.html", context, status=status)


@require_POST
def panel(request: HttpRequest) -> HttpResponse:
    """The panel for what is written so far."""
    if not request.user.is_authenticated or not request.user.may_work:
        return HttpResponse(status=204)  # a redirect would put the sign-in page into the panel
    at = timezone.now()
    form = NewIssueForm(request.POST)
    form.full_clean()
    return render(request, "escalations/_new_panel.html", {"panel": panel_of(form, at), "at": at, "live": True})


@login_required
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """The customers whose name has these letters, as options; those that begin with them first."""
    q = " ".join(request.GET.get("q", "")[:120].split())
    begins = Case(When(name__istartswith=q, then=Value(0)), default=Value(1))
    found = _active().filter(Q(name__icontains=q) | Q(slug__icontains=q.lower())) if q else _active()
    rows = list(found.order_by(begins, "name", "pk")[:FOUND])
    names = [row.name for row in rows]
    for row in rows:
        row.typed = row.name if names.count(row.name) == 1 else f"{row.name} ({row.slug})"  # type: ignore[attr-defined]
    return render(request, "escalations/_customer_options.html", {"customers": rows, "at": timezone.now()})


def _active() -> QuerySet[Customer]:
    return Customer.objects.filter(churned_at=None)
