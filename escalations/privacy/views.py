"""Somebody's personal data: look for it, hand it out, take it away. Administrators only."""

import json
from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from contacts.access import must_configure

from .erase import erase
from .export import export
from .look import look
from .person import Person

COUNTED = {
    "tickets": gettext_lazy("Issues"),
    "events": gettext_lazy("Events"),
    "messages": gettext_lazy("Messages to them, or that name them"),
    "mails": gettext_lazy("Mails"),
    "files": gettext_lazy("Files"),
    "contacts": gettext_lazy("Contacts of customers"),
    "other": gettext_lazy("Further rows"),
}


class WhoForm(forms.Form):
    """An address is personal data: it is sent in the body, not in an address that servers write down."""

    email = forms.EmailField(label=gettext_lazy("E-mail address of the person at the customer"), max_length=254)


class EraseForm(WhoForm):
    again = forms.CharField(label=gettext_lazy("Type the address again to erase it"), max_length=254)

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"]).strip().lower()
        if again != str(self.cleaned_data.get("email", "")).strip().lower():
            raise forms.ValidationError(_("This is another address."))
        return again


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    """Look for somebody: what is kept, and what erasing would change. Nothing is changed by it."""
    must_configure(request.user)
    form = WhoForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        context |= _found(request, form.cleaned_data["email"])
    return _page(request, context, 400 if form.errors else 200)


@login_required
@require_POST
def file(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    form = WhoForm(request.POST)
    if not form.is_valid():
        return _page(request, {"form": form}, 400)
    found = export(Person.of(form.cleaned_data["email"]), timezone.now())
    response = HttpResponse(json.dumps(found, indent=1, ensure_ascii=False), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def take_away(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    form = EraseForm(request.POST)
    if not form.is_valid():
        who = WhoForm(request.POST)
        found = _found(request, who.cleaned_data["email"]) if who.is_valid() else {}
        return _page(request, {"form": who, **found, "erasing": form}, 400)
    done = erase(Person.of(form.cleaned_data["email"]), by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("Erased. Rows that were changed: %(n)s.") % {"n": sum(done.values())})
    return redirect("privacy")


def _found(request: HttpRequest, email: str) -> dict[str, Any]:
    person, at = Person.of(email), timezone.now()
    done: Counter[str] = look(person, by=request.user, at=at)  # type: ignore[arg-type]
    counts = [(label, done[name]) for name, label in COUNTED.items() if done[name]]
    erasing = EraseForm(initial={"email": person.email})
    return {"person": person, "counts": counts, "kept": export(person, at), "erasing": erasing}


def _page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    response = render(request, "escalations/privacy/page.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
