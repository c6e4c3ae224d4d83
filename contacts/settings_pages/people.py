"""People: who there is, one more, and one of them."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.access import must_configure
from contacts.account.closing import factors_of
from contacts.forms import refilled, sent
from contacts.invitations import invite_person, why_not
from contacts.models import Team, User
from contacts.models.people import Role
from contacts.people import add_person, change_person
from contacts.settings_pages.person_form import ROLES, PersonForm
from contacts.tokens import live_tokens

PAGE_SIZE = 50
LONGEST = 100  # characters that are searched for


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    asked = {name: request.GET.get(name, "")[:LONGEST].replace("\0", "") for name in ("q", "role", "team", "show")}
    rows = User.objects.filter(is_service=False).select_related("team").order_by("first_name", "last_name", "pk")
    rows = rows.filter(is_active=asked["show"] != "off")
    if asked["role"] in Role.values:
        rows = rows.filter(role=asked["role"])
    if asked["team"]:
        rows = rows.filter(team__slug=asked["team"])
    for word in asked["q"].split()[:5]:
        named = Q(first_name__icontains=word) | Q(last_name__icontains=word)
        rows = rows.filter(named | Q(username__icontains=word) | Q(email__icontains=word))
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "asked": asked,
        "roles": Role.choices,
        "teams": Team.objects.all(),
        "at": timezone.now(),
    }
    return render(request, "contacts/setup/people.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    at = timezone.now()
    form = PersonForm(sent(request), instance=User())
    form.fields["email"].required = True  # where the invitation goes
    if request.method == "POST" and form.is_valid():
        user = add_person(User(**form.cleaned_data), by=_me(request), at=at)
        _invite(request, user, at)
        return redirect("person", user.username)
    context = {"form": refilled(request, form), "roles": _roles()}
    return render(request, "contacts/setup/person_add.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, username: str) -> HttpResponse:
    must_configure(request.user)
    user, at = _found(username), timezone.now()
    form = PersonForm(sent(request), instance=_found(username), is_self=user.pk == request.user.pk)
    if request.method == "POST" and form.is_valid():
        try:
            now = change_person(user, form.changed(), by=_me(request), at=at)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved.") if form.changed_data else _("Nothing was changed."))
            return redirect("person", now.username)
    context = {
        "person": user,
        "form": refilled(request, form),
        "roles": _roles(),
        "tokens": live_tokens(at).filter(user=user).order_by("-created_at"),
        "may_be_invited": not why_not(user),
        "factors": factors_of(user),
        "is_self": user.pk == request.user.pk,
        "at": at,
    }
    return render(request, "contacts/setup/person.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def switch_on(request: HttpRequest, username: str) -> HttpResponse:
    """They sign in again with the password they had; tokens and sessions of before stay ended."""
    must_configure(request.user)
    user = change_person(_found(username), {"is_active": True}, by=_me(request), at=timezone.now())
    messages.success(request, _("%(name)s may sign in again. Tokens of before stay revoked.") % {"name": user.name})
    return redirect("person", user.username)


@login_required
@require_POST
def invite_again(request: HttpRequest, username: str) -> HttpResponse:
    must_configure(request.user)
    user = _found(username)
    _invite(request, user, timezone.now())
    return redirect("person", user.username)


def _invite(request: HttpRequest, user: User, at: datetime) -> None:
    by = _me(request)
    try:
        invite_person(user, by=by, at=at)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return
    words = _("An invitation is on its way to %(address)s. Its link works for seven days.")
    messages.success(request, words % {"address": user.email})


def _found(username: str) -> User:
    return get_object_or_404(User.objects.select_related("team"), username=username)


def _me(request: HttpRequest) -> User:
    return User.objects.get(username=request.user.get_username())


def _roles() -> list[tuple[Any, Any]]:
    return [(Role(role).label, says) for role, says in ROLES.items()]
