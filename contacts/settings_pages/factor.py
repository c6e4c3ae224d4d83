"""Somebody has lost phone and recovery codes: an administrator who knows them takes their second factor away."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from contacts.access import must_configure
from contacts.account.closing import factors_of, forget_second_factor
from contacts.forms import CardForm, refilled, sent
from contacts.models import User


class FactorForm(CardForm):
    known_by = forms.CharField(
        label=gettext_lazy("How do you know that it is them?"),
        max_length=200,
        help_text=gettext_lazy("Such as “called me on video”. It is recorded. A mail alone proves nothing."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest, username: str) -> HttpResponse:
    """The administrator's own sign-in has to be a fresh one: an unlocked screen opens nobody's account."""
    must_configure(request.user)
    return _forget(request, username)


@reauthentication_required
def _forget(request: HttpRequest, username: str) -> HttpResponse:
    user = get_object_or_404(User.objects.filter(is_service=False), username=username)
    if user.pk == request.user.pk:
        return redirect("security")
    has = factors_of(user)
    if not has:
        messages.info(request, _("%(name)s has no second factor.") % {"name": user.name})
        return redirect("person", user.username)
    form = FactorForm(sent(request))
    if request.method == "POST" and form.is_valid():
        by = User.objects.get(username=request.user.get_username())
        forget_second_factor(user, by=by, known_by=form.cleaned_data["known_by"], at=timezone.now())
        words = _("%(name)s signs in with the password alone now, and was signed out everywhere.")
        messages.success(request, words % {"name": user.name})
        return redirect("person", user.username)
    context = {"person": user, "has": has, "form": refilled(request, form)}
    return render(request, "contacts/setup/person_factor.html", context, status=400 if form.errors else 200)
