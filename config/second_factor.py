"""Second factors: how their secrets are kept, and who must have one.

Administrators name roles in the settings of the desk. A person of such a role who has neither an authenticator app nor
a passkey is led to the page where one is set up, and gets no other page until then, from the next click on. Two ways
lead past it, on purpose: whoever came through single sign-on, whose provider asks for its own factors; and API tokens,
which are long, random, scoped and revocable, and belong to programs that hold no phone.
"""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# What works for people who are not signed in at all works here, too; and the way to set one up.
OPEN: tuple[str, ...] = ("/accounts/", "/settings/security/", "/static/", "/theme/", "/demo/", "/mail/")
OPEN += ("/healthz", "/readyz", "/metrics")
OPEN += ("/a/", "/s/", "/drill/", "/overviews/", "/invitation/", "/address/", "/setup/")
NEVER = base64.b32encode(b"a key that nobody has").decode()


class Adapter(DefaultMFAAdapter):
    """Keys are kept encrypted: a copy of the database alone signs nobody in."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "Incorrect code. Each works once: wait for the next; does the phone’s clock go right?"
        )
    }

    def get_totp_issuer(self) -> str:
        return str(settings.ORGANISATION)

    def _get_site_name(self) -> str:
        return str(settings.ORGANISATION)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  allauth's name
        return _("My passkey")

    def encrypt(self, text: str) -> str:
        return _lock(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """With another SECRET_KEY than it was kept with, no code fits any more; nothing breaks."""
        try:
            return _lock(settings.SECRET_KEY).decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return NEVER


def _lock(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor" + secret.encode()).digest()))


class SetUpFirst:
    """A middleware, behind sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(OPEN) or not is_missing(request):
            return self.get_response(request)
        if not request.path_info.startswith("/api/"):
            return HttpResponseRedirect(reverse("security"))
        if request.headers.get("Authorization"):  # a token speaks for itself
            return self.get_response(request)
        words = _("Set up a second factor first, in your settings under Signing in.")
        problem = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": words}
        return JsonResponse(problem, status=403, content_type="application/problem+json")


def is_missing(request: HttpRequest) -> bool:
    """Of the person as config.accounts.Backend reads them, so it costs no question of its own."""
    user: Any = request.user
    if not user.is_authenticated or user.role not in (getattr(user, "roles_with_factor", None) or ()):
        return False
    return not user.has_factor and not _came_by_single_sign_on(request)


def _came_by_single_sign_on(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "socialaccount" for record in records)
