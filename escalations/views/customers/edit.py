"""Adding and changing a customer, its health, and whether it is one still."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.churn import NotNow, churn, win_back
from contacts.customers import Stale, change_customer, create_customer, explained
from contacts.forms import refilled, sent
from contacts.health import record_health
from contacts.models import Customer
from escalations.access import must_work
from escalations.forms.customers import ChurnForm, CustomerForm, HealthForm, WinBackForm
from escalations.views.customers.frame import CustomerFrame

READS_AND_SENDS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(READS_AND_SENDS)
def new(request: HttpRequest) -> HttpResponse:
    must_work(request.user)
    form = CustomerForm(sent(request))
    if request.method != "POST":
        return _editor(request, refilled(request, form))
    if form.is_valid():
        try:
            customer = create_customer(
                values=form.arguments(), by=_who(request), at=timezone.now(), note=form.cleaned_data["note"]
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(
                request, _("%(name)s is a customer now. Who are our people there?") % {"name": customer.name}
            )
            return redirect(customer)
    return _editor(request, form, status=400)


@login_required
@require_http_methods(READS_AND_SENDS)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Of two people who edit at once, the second sees what the first has done, and keeps what was typed (409)."""
    must_work(request.user)
    customer = CustomerFrame.of(request, slug).customer
    form = CustomerForm(sent(request), customer=customer)
    if request.method != "POST":
        return _editor(request, refilled(request, form), customer)
    if not form.is_valid():
        return _editor(request, form, customer, status=400)
    chosen = form.cleaned_data
    try:
        change_customer(
            customer=customer,
            values=form.arguments(),
            by=_who(request),
            at=timezone.now(),
            seen=chosen["seen"],
            note=chosen["note"],
        )
    except Stale as stale:
        now = CustomerFrame.of(request, slug).customer
        return _editor(request, form.caught_up(now), now, stale=stale, status=409)
    except ValidationError as error:
        form.refuse(error)
        return _editor(request, form, customer, status=400)
    messages.success(request, _("Saved."))
    return redirect(customer)


def _who(request: HttpRequest) -> Any:
    """Signed in: the decorator saw to it."""
    return request.user


def _editor(
    request: HttpRequest,
    form: CustomerForm,
    customer: Customer | None = None,
    *,
    stale: Stale | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "customer": customer}
    if stale and customer:
        context |= {"moved": explained(stale.differences), "last": customer.changes.select_related("by").first()}
    return render(request, "escalations/customers/edit.html", context, status=status)


@login_required
@require_http_methods(READS_AND_SENDS)
def health(request: HttpRequest, slug: str) -> HttpResponse:
    must_work(request.user)
    frame = CustomerFrame.of(request, slug)
    form = HealthForm(sent(request), initial={"health": frame.customer.health})
    if request.method != "POST":
        return frame.form(request, refilled(request, form))
    if not form.is_valid():
        return frame.form(request, form, status=400)
    values = {"health": form.cleaned_data["health"]}
    note = form.cleaned_data["note"]
    if not change_customer(customer=frame.customer, values=values, note=note, by=frame.user, at=frame.at):
        # Nothing new is news, too: somebody has looked.
        record_health(customer=frame.customer, **values, note=note, by=frame.user, at=frame.at)
    messages.success(request, _("Kept, with your reason."))
    return redirect(frame.customer)


@login_required
@require_http_methods(READS_AND_SENDS)
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    must_work(request.user)
    frame = CustomerFrame.of(request, slug)
    form = ChurnForm(sent(request))
    if request.method != "POST":
        return frame.form(request, refilled(request, form))
    if form.is_valid():
        try:
            churn(customer=frame.customer, by=frame.user, at=frame.at, **form.cleaned_data)
        except NotNow as refusal:
            return frame.form(request, form, refusal=str(refusal), status=409)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Recorded that %(name)s has left.") % {"name": frame.customer.name})
            return redirect(frame.customer)
    return frame.form(request, form, status=400)


@login_required
@require_http_methods(READS_AND_SENDS)
def come_back(request: HttpRequest, slug: str) -> HttpResponse:
    must_work(request.user)
    frame = CustomerFrame.of(request, slug)
    form = WinBackForm(sent(request))
    if request.method != "POST":
        return frame.form(request, form)
    try:
        win_back(customer=frame.customer, by=frame.user, at=frame.at)
    except NotNow as refusal:
        return frame.form(request, form, refusal=str(refusal), status=409)
    messages.success(request, _("%(name)s is back.") % {"name": frame.customer.name})
    return redirect(frame.customer)
