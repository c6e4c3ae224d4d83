"""A form that is sent twice is done once: a double click, an impatient Enter, a page that was slow to answer.

    <form method="post" …>{% load once %}{% csrf_token %}{% once_key %}

    return once(request, at, lambda: Done(ticket.get_absolute_url(), _("Note kept.")))

Sent again with other words it is another request: somebody went back and corrected it.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from contacts import once as kept

FIELD = "once"
LONGEST = 64  # characters of a key


@dataclass(frozen=True)
class Done:
    """Where to go, and what to say there."""

    location: str
    message: str = ""


def once(request: HttpRequest, at: datetime, act: Callable[[], Done]) -> HttpResponse:
    """Do `act` in one transaction and go where it says; the second of two equal requests only goes there.

    What `act` raises is raised on, and nothing is kept. A form without the hidden key is not protected.
    """
    token = request.POST.get(FIELD, "")[:LONGEST]
    done = _once(request, at, act) if token else act()
    if done.message:
        messages.success(request, done.message)
    return HttpResponseRedirect(done.location)


def _once(request: HttpRequest, at: datetime, act: Callable[[], Done]) -> Done:
    user_id = request.user.pk
    digest = _digest(request)
    key = f"form:{digest}"
    with transaction.atomic():
        kept.claim(user_id, key, wait=True)
        if known := kept.find(user_id, key, at):
            return Done(known.location, (known.answer or {}).get("message", ""))
        done = act()
        called = f"POST {request.path}"[:300]
        answer = {"message": str(done.message)}
        kept.keep(user_id, key, at, request=called, digest=digest, status=302, location=done.location, answer=answer)
    kept.purge(at)
    return done


def _digest(request: HttpRequest) -> str:
    """Of the address, the hidden key and everything that was typed; of files, their names and sizes."""
    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, file.name, file.size) for name, many in request.FILES.lists() for file in many)
    return hashlib.sha256(json.dumps([request.path, typed, files]).encode()).hexdigest()
