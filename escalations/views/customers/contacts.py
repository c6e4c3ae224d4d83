"""Our people at a customer: added, changed, put in order, removed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.customer_contacts import add_contact, change_contact, move_contact, remove_contact
from contacts.forms import refilled, sent
from contacts.models import CustomerContact
from escalations.access import must_work
from escalations.forms.customers import ContactForm
from escalations.views.customers.frame import CustomerFrame


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    must_work(request.user)
    frame = CustomerFrame.of(request, slug)
    form = ContactForm(sent(request))
    if request.method != "POST":
        return frame.form(request, refilled(request, form))
    if form.is_valid():
        try:
            add_contact(customer=frame.customer, values=form.cleaned_data, by=frame.user, at=frame.at)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Added."))
            return redirect(frame.customer)
    return frame.form(request, form, status=400)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    must_work(request.user)
    frame = CustomerFrame.of(request, slug)
    contact = _fetch(frame, key)
    form = ContactForm(sent(request), contact=contact)
    more: dict[str, Any] = {"contact": contact, "heading": contact.name}
    if request.method != "POST":
        return frame.form(request, refilled(request, form), **more)
    if form.is_valid():
        try:
            change_contact(contact=contact, values=form.cleaned_data, by=frame.user, at=frame.at)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect(frame.customer)
    return frame.form(request, form, status=400, **more)


@login_required
@require_POST
def act(request: HttpRequest, slug: str, key: int, what: str) -> HttpResponse:
    """`up`, `down` or `remove`."""
    must_work(request.user)
    frame = CustomerFrame.of(request, slug)
    contact = _fetch(frame, key)
    if what == "remove":
        remove_contact(contact=contact, by=frame.user, at=frame.at)
        messages.success(request, _("%(name)s is removed.") % {"name": contact.name})
    else:
        move_contact(contact=contact, up=what == "up", by=frame.user, at=frame.at)
    return redirect(f"{frame.customer.get_absolute_url()}#contacts")


def _fetch(frame: CustomerFrame, key: int) -> CustomerContact:
    contact = frame.customer.contacts.filter(pk=min(key, 2**63 - 1)).first()
    if contact is None:
        raise Http404(_("This contact is not there any more."))
    contact.customer = frame.customer
    return contact
