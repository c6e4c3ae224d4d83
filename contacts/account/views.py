"""/settings/security/: how somebody signs in, and where they are signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.account import address
from contacts.account.closing import end_sessions
from contacts.account.devices import device
from contacts.account.forms import AddressForm
from contacts.forms import sent
from contacts.models import User

MOST = 50  # sessions that are listed; the newest


@dataclass(frozen=True)
class Place:
    """One session of a person."""

    key: int
    device: str
    ip: str
    seen_at: datetime
    since: datetime
    is_here: bool


@login_required
@require_safe
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    at = timezone.now()
    factors = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    of: dict[str, list[Authenticator]] = {}
    for each in factors:
        of.setdefault(each.type, []).append(each)
    context = {
        "at": at,
        "app": next(iter(of.get("totp", [])), None),
        "keys": of.get("webauthn", []),
        "codes": next(iter(of.get("recovery_codes", [])), None),
        "codes_shown": "recovery_codes" in of and of["recovery_codes"][0].wrap().did_view,
        "codes_left": len(of["recovery_codes"][0].wrap().get_unused_codes()) if "recovery_codes" in of else 0,
        "places": places(request, at),
        "has_password": user.has_usable_password(),
        "single_sign_on": settings.OIDC.get("name", "") if SocialAccount.objects.filter(user=user).exists() else "",
        "must": user.role in (getattr(user, "roles_with_factor", None) or ()) and not user.has_factor,
    }
    return render(request, "contacts/account/security.html", context)


def places(request: HttpRequest, at: datetime) -> list[Place]:
    """Where the person is signed in, this one first. What the database no longer knows as a session is left out."""
    mine = list(UserSession.objects.filter(user=request.user).order_by("-last_seen_at")[:MOST])
    keys = [row.session_key for row in mine]
    alive = set(Session.objects.filter(session_key__in=keys, expire_date__gt=at).values_list("session_key", flat=True))
    here = request.session.session_key
    shown = [
        Place(row.pk, device(row.user_agent), _ip(row.ip), row.last_seen_at, row.created_at, row.session_key == here)
        for row in mine
        if row.session_key in alive
    ]
    return sorted(shown, key=lambda place: not place.is_here)


def _ip(given: str) -> str:
    return "" if given == "0.0.0.0" else given


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """One of one's own, on another device; this one ends by signing out."""
    row = get_object_or_404(
        UserSession.objects.exclude(session_key=request.session.session_key), pk=pk, user=request.user
    )
    row.end()
    messages.success(request, _("Signed out there."))
    return redirect("security")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    ended = end_sessions(request.user, but=request.session.session_key)
    words = ngettext("Signed out in %d other place.", "Signed out in %d other places.", ended) % ended
    messages.success(request, words if ended else _("You were signed in nowhere else."))
    return redirect("security")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def change_address(request: HttpRequest) -> HttpResponse:
    user = User.objects.get(username=request.user.get_username())
    form = AddressForm(sent(request))
    if form.is_valid():
        given = form.cleaned_data["email"]
        try:
            address.ask(user, given, timezone.now())
        except ValidationError as error:
            form.add_error("email", error)
        else:
            messages.success(
                request,
                _("A mail with a link went to %(address)s. The old address counts until it is used.")
                % {"address": given},
            )
            return redirect("security")
    return render(request, "contacts/account/address.html", {"form": form}, status=400 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """From the new mailbox, signed in or not: GET shows, POST acts."""
    asked = address.asked(token)
    if asked is None:
        return render(request, "contacts/account/confirm.html", {"problem": True}, status=410)
    user, new = asked
    context: dict[str, Any] = {"address": new, "username": user.username, "token": token}
    if request.method == "POST":
        try:
            address.confirm(user, new, timezone.now())
        except ValidationError as error:
            return render(
                request, "contacts/account/confirm.html", {"problem": True, "why": error.messages[0]}, status=409
            )
        context["done"] = True
    return render(request, "contacts/account/confirm.html", context)
