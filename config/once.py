"""A form that is sent twice is done once: a double click, an impatient Enter, a page that was slow to answer.

No form has to do anything for it. Django masks the hidden CSRF token anew whenever it draws a form, so the token names
one drawing of one form; the same token with the same words to the same address is the same wish. Sent again with other
words it is another one: somebody went back and corrected it.

All that a form does is one transaction, with the key in it. A view that does many things, each by itself, says so with
`contacts.once.not_one_transaction`; its key is begun before and finished after.
"""

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts import once

NOT_HERE = ("/api/", "/admin/", "/accounts/", "/demo/", "/theme/")
TOKEN = "csrfmiddlewaretoken"  # noqa: S105
# A form with nothing else filled in is a button. The ticket's state says whether it was pressed before.
NO_WORDS = (TOKEN, "next", "seen")
# The second of two looks so often, and so many seconds apart, for what the first has done.
LOOKS, LOOK_AGAIN = 80, 0.25
CHUNK = 1024 * 1024


class DoneOnce:
    """A middleware, behind sign-in and messages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_form(request):
            return self.get_response(request)
        at = timezone.now()
        digest = _digest(request)
        user_id = int(request.user.pk)  # type: ignore[arg-type]
        do = self._step_by_step if _has_steps(request) else self._at_once
        response = do(request, user_id, f"form:{digest}", {"request": f"POST {request.path}"[:300], "digest": digest})
        once.purge(at)
        return response

    def _at_once(self, request: HttpRequest, user_id: int, key: str, what: dict[str, str]) -> HttpResponse:
        at = timezone.now()
        with transaction.atomic():
            # Held until the first of two has written what it did; then the second reads it.
            once.claim(user_id, key, wait=True)
            if known := once.find(user_id, key, at):
                return _answer_again(request, known.location, known.answer)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif isinstance(response, HttpResponseRedirect):
                once.keep(user_id, key, at, **what, **_answer(request, response))
        return response

    def _step_by_step(self, request: HttpRequest, user_id: int, key: str, what: dict[str, str]) -> HttpResponse:
        for _look in range(LOOKS):
            at = timezone.now()
            if (known := once.find(user_id, key, at)) and known.status != once.RUNNING:
                return _answer_again(request, known.location, known.answer)
            if once.begin(user_id, key, at, **what):
                break
            time.sleep(LOOK_AGAIN)
        else:
            messages.warning(request, _("This is being done already. Load the page again in a moment."))
            return HttpResponseRedirect(request.get_full_path())
        response = self.get_response(request)
        once.finish(user_id, key, **(_answer(request, response) if isinstance(response, HttpResponseRedirect) else {}))
        return response


def _is_form(request: HttpRequest) -> bool:
    """A form with words in it, sent as a page. What a script sends knows by itself whether it was answered."""
    if request.method != "POST" or request.path_info.startswith(NOT_HERE) or not request.user.is_authenticated:
        return False
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    has_words = any(any(values) for name, values in request.POST.lists() if name not in NO_WORDS)
    return bool(request.POST.get(TOKEN)) and (has_words or bool(request.FILES))


def _has_steps(request: HttpRequest) -> bool:
    try:
        return hasattr(resolve(request.path_info).func, "not_one_transaction")
    except Resolver404:
        return False


def _digest(request: HttpRequest) -> str:
    """Of the address and everything that was typed; of files, their names and what is in them."""
    files = sorted((name, file.name, _contents(file)) for name, many in request.FILES.lists() for file in many)
    everything = [request.get_full_path(), sorted(request.POST.lists()), files]
    return hashlib.sha256(json.dumps(everything).encode()).hexdigest()


def _contents(file: Any) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _answer(request: HttpRequest, response: HttpResponseRedirect) -> dict[str, Any]:
    return {"status": response.status_code, "location": response.url[:300], "answer": _said(request)}


def _said(request: HttpRequest) -> list[list[Any]]:
    """What the next page is going to say. The browser that sent twice drops the first answer, and this with it."""
    queued = getattr(messages.get_messages(request), "_queued_messages", [])
    return [[message.level, str(message.message)] for message in queued]


def _answer_again(request: HttpRequest, location: str, said: Any) -> HttpResponse:
    for level, text in said or []:
        messages.add_message(request, level, text)
    return HttpResponseRedirect(location)
