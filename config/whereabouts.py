"""Where somebody is signed in: device, address and when it was last used, for the list in their settings."""

import hashlib
import logging
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)
NOTED_EVERY = 300  # seconds; a write for each page would queue all readers behind SQLite's one lock


class NoteWhereabouts:
    """A middleware, behind sign-in. It asks for nobody that the page itself has not asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated and request.session.session_key:
            note(request)
        return response


def signed_in(sender: Any, request: HttpRequest | None = None, **signal: Any) -> None:
    if request is not None:
        note(request)


def note(request: HttpRequest) -> None:
    if not cache.add(_mark(request), True, NOTED_EVERY) or not request.META.get("REMOTE_ADDR"):
        return
    try:
        UserSession.objects.create_from_request(request)
    except DatabaseError:  # a page must not fail for it
        log.exception("could not note where somebody is signed in")


def _mark(request: HttpRequest) -> str:
    return f"whereabouts:{hashlib.sha256(str(request.session.session_key).encode()).hexdigest()}"
