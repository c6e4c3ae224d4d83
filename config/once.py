"""A form that is sent twice is done once: a double click, an impatient Enter, a page that was slow to answer.

No form has to do anything for it. Django masks the hidden CSRF token anew whenever it draws a form, so the token names
one drawing of one form; the same token with the same words to the same address is the same wish. Sent again with other
words it is another one: somebody went back and corrected it.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from contacts import once

NOT_HERE = ("/api/", "/admin/", "/accounts/", "/demo/", "/theme/")
TOKEN = "csrfmiddlewaretoken"  # noqa: S105
# A form with nothing else filled in is a button. The ticket's state says whether it was pressed before.
NO_WORDS = (TOKEN, "next", "seen")


class DoneOnce:
    """A middleware, behind sign-in and messages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_form(request):
            return self.get_response(request)
        at = timezone.now()
        digest = _digest(request)
        key, user_id = f"form:{digest}", int(request.user.pk)  # type: ignore[arg-type]
        with transaction.atomic():
            # Held until the first of two has written what it did; then the second reads it.
            once.claim(user_id, key, wait=True)
            if known := once.find(user_id, key, at):
                return _answer_again(request, known.location, known.answer)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif isinstance(response, HttpResponseRedirect):
                called = f"POST {request.path}"[:300]
                answer = {"status": response.status_code, "location": response.url[:300], "answer": _said(request)}
                once.keep(user_id, key, at, request=called, digest=digest, **answer)
        once.purge(at)
        return response


def _is_form(request: HttpRequest) -> bool:
    """A form with words in it, sent as a page. What a script sends knows by itself whether it was answered."""
    if request.method != "POST" or request.path_info.startswith(NOT_HERE) or not request.user.is_authenticated:
        return False
    if request.headers.get("HX-Request") or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    has_words = any(any(values) for name, values in request.POST.lists() if name not in NO_WORDS)
    return bool(request.POST.get(TOKEN)) and (has_words or bool(request.FILES))


def _digest(request: HttpRequest) -> str:
    """Of the address and everything that was typed; of files, their names and sizes."""
    files = sorted((name, file.name, file.size) for name, many in request.FILES.lists() for file in many)
    everything = [request.get_full_path(), sorted(request.POST.lists()), files]
    return hashlib.sha256(json.dumps(everything).encode()).hexdigest()


def _said(request: HttpRequest) -> list[list[Any]]:
    """What the next page is going to say. The browser that sent twice drops the first answer, and this with it."""
    queued = getattr(messages.get_messages(request), "_queued_messages", [])
    return [[message.level, str(message.message)] for message in queued]


def _answer_again(request: HttpRequest, location: str, said: Any) -> HttpResponse:
    for level, text in said or []:
        messages.add_message(request, level, text)
    return HttpResponseRedirect(location)
