"""Links that lead into a new account: an invitation, and the first administrator of an empty desk."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from contacts import invitations
from contacts.account import first
from contacts.account.forms import FirstAdministratorForm, PasswordForm
from contacts.forms import sent
from contacts.models import User


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows, POST keeps the first password and signs in."""
    user = invitations.invited_by(token)
    if user is None:
        return render(request, "contacts/account/entrance.html", {"problem": True}, status=410)
    form = PasswordForm(sent(request), user=user)
    if form.is_valid():
        get_adapter(request).set_password(user, form.cleaned_data["password"])
        return _enter(request, user)
    status = 400 if form.is_bound else 200
    return render(request, "contacts/account/entrance.html", {"form": form, "user_name": user.username}, status=status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def first_administrator(request: HttpRequest, token: str) -> HttpResponse:
    if not first.is_good(token):
        return render(request, "contacts/account/entrance.html", {"problem": True, "is_first": True}, status=410)
    form = FirstAdministratorForm(sent(request))
    if form.is_valid():
        given: dict[str, Any] = {name: form.cleaned_data[name] for name in form.fields if name != "again"}
        try:
            return _enter(request, first.create(**given))
        except IntegrityError:  # the same form twice at once
            form.add_error("username", _("Somebody has this name already."))
    status = 400 if form.is_bound else 200
    return render(request, "contacts/account/entrance.html", {"form": form, "is_first": True}, status=status)


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    """As after typing the password: what the sign-in asks for beyond it is asked here, too."""
    if request.user.is_authenticated:
        get_adapter(request).logout(request)  # somebody else's browser: it becomes theirs
    response: HttpResponse | None = perform_login(request, Login(user=user))
    return response or redirect("/")
