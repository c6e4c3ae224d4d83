"""What somebody typed is kept when their session has ended, and shown again, unsent, after they have signed in.

Any form of any page: nothing has to be done for it but to show it. A view whose GET shows the form that its POST takes
fills it with `request.kept.fill(form)`:

    form = NoteForm(request.POST or None)
    if kept := getattr(request, "kept", None):
        kept.fill(form)

Where a view does not, a page of its own shows the words and sends them again.

Only the person who typed it gets it back. A signed cookie that outlives the session says who the last few people in
this browser were; the form's CSRF token, which changes with every sign-in, says which of them it was drawn for.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.middleware.csrf import CSRF_TOKEN_LENGTH, _unmask_cipher_token  # type: ignore[attr-defined]
from django.shortcuts import render, resolve_url
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

PARAMETER, COOKIE, SALT = "kept", "desk", "config.kept"
KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
KEPT_FOR = 3600  # seconds
LARGEST = 200_000  # characters
NOT_HERE = ("/api/", "/admin/", "/accounts/", "/demo/", "/theme/", "/a/", "/s/", "/drill/", "/invitation/", "/setup/")
SECRETS = ("csrfmiddlewaretoken", "password", "token", "secret")
MONTH = 30 * 24 * 3600
PEOPLE = 4  # of one browser


class Kept:
    """The words of a form that was not sent. `fill` shows them in it."""

    def __init__(self, path: str, data: QueryDict) -> None:
        self.path = path
        self.data = data
        self.is_shown = False

    def fill(self, form: Any) -> None:
        """Put the words into an unbound form, as its initial values: nothing is checked before it is sent."""
        self.is_shown = True
        for name, field in form.fields.items():
            given = field.widget.value_from_datadict(self.data, {}, form.add_prefix(name))
            if given is not None or form.add_prefix(name) in self.data:
                form.initial[name] = given

    def rows(self) -> list[tuple[str, str]]:
        """Names and values, those that say something first."""
        pairs = [(name, value) for name, values in self.data.lists() for value in values]
        return sorted(pairs, key=lambda pair: not pair[1])


class KeepWhatWasTyped:
    """A middleware, behind sign-in and messages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kept = _found(request)
        if kept:
            request.kept = kept  # type: ignore[attr-defined]
            messages.warning(request, _("You had been signed out, so nothing was sent. Check it and send it again."))
        response = self.get_response(request)
        if kept and not kept.is_shown and response.status_code in (200, 404, 405):
            return render(request, "kept.html", {"kept": kept})
        if request.method == "POST" and _leads_to_sign_in(response) and (back := keep(request)):
            return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")
        return _remember(request, response)


def keep(request: HttpRequest) -> str:
    """Keep what was posted for an hour; the address that shows it again. "" if there is nothing to keep."""
    if request.path_info.startswith(NOT_HERE):
        return ""
    data = request.POST.copy()
    for name in list(data):
        if any(secret in name.lower() for secret in SECRETS):
            del data[name]
    if not any(value.strip() for _name, values in data.lists() for value in values):
        return ""
    text, who = data.urlencode(), _drawn_for(request)
    if len(text) > LARGEST or who is None or (request.user.is_authenticated and who != request.user.pk):
        return ""
    key = secrets.token_urlsafe(24)
    cache.set(f"kept:{key}", {"who": who, "path": request.path, "data": text}, KEPT_FOR)
    query = request.GET.copy()
    query[PARAMETER] = key
    return f"{request.path}?{query.urlencode()}"


def came_from_here(request: HttpRequest) -> bool:
    """Another site may not put words into somebody's form, even unsent."""
    origin = urlsplit(request.headers.get("Origin", ""))
    return origin.netloc == request.get_host()


def _found(request: HttpRequest) -> Kept | None:
    if request.method != "GET" or request.path_info.startswith(NOT_HERE):
        return None
    key = request.GET.get(PARAMETER, "")
    if not KEY.fullmatch(key) or not request.user.is_authenticated:
        return None
    found: Mapping[str, Any] | None = cache.get(f"kept:{key}")
    if not found or found["who"] != request.user.pk or found["path"] != request.path:
        return None
    return Kept(found["path"], QueryDict(found["data"].replace("%00", "")))


def _leads_to_sign_in(response: HttpResponse) -> bool:
    if not isinstance(response, HttpResponseRedirect):
        return False
    return urlsplit(response.url).path == resolve_url(settings.LOGIN_URL)


def _drawn_for(request: HttpRequest) -> int | None:
    """Whose form it is, by its token; None if this browser's cookie does not know."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    if not (token.isascii() and token.isalnum()) or len(token) not in (CSRF_TOKEN_LENGTH, CSRF_TOKEN_LENGTH // 2):
        return None
    secret = _unmask_cipher_token(token) if len(token) == CSRF_TOKEN_LENGTH else token
    return _people(request).get(_mark(secret))


def _people(request: HttpRequest) -> dict[str, int]:
    try:
        return dict(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MONTH))
    except signing.BadSignature:
        return {}


def _mark(secret: str) -> str:
    return salted_hmac(SALT, secret).hexdigest()[:16]


def _remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A cookie that says whose forms this browser was given. It opens nothing."""
    # Where no form was drawn nobody is asked for: a page for outsiders stays without a query.
    if not request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        return response
    secret, user = request.META["CSRF_COOKIE"], getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return response
    people, mark = _people(request), _mark(secret)
    if people.get(mark) != user.pk:
        latest = dict([*((m, who) for m, who in people.items() if m != mark), (mark, user.pk)][-PEOPLE:])
        response.set_cookie(
            COOKIE,
            signing.dumps(latest, salt=SALT),
            MONTH,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response
