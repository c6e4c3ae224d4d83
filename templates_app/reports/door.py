"""The door for a mail provider's webhooks, /mail/<provider>/tracking/ and /mail/<provider>/inbound/.

anymail knows how each provider writes and signs. Around it stand our rules: without a provider and a secret there is
no such address, what cannot be read is refused with 400 and takes nothing readable along, and only what we could not
write down is answered with 503, so that the provider sends it again.
"""

import json
from collections.abc import Iterator
from copy import copy
from typing import Any

import structlog
from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBasicAuthMixin
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from templates_app.inbound.webhook import make_room

log = structlog.get_logger(__name__)
WORKS_AS = {"sendinblue": "brevo"}  # names that providers had before


def provider() -> str:
    """The provider that mail goes out through; "" where it is a plain mail server, or none."""
    path = settings.EMAIL_BACKEND.split(".")
    return path[2] if path[:2] == ["anymail", "backends"] else ""


def is_open() -> bool:
    return bool(provider() and getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET"))


@csrf_exempt
def door(request: HttpRequest, rest: str) -> HttpResponse:
    view = _view(request, rest)
    if request.method == "HEAD":  # some providers look whether somebody is there
        return HttpResponse()
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST", "HEAD"])
    try:
        AnymailBasicAuthMixin.validate_request(view, request)  # before a large body is read
        make_room(request)
        view.run_validators(request)
    except (AnymailWebhookValidationFailure, SuspiciousOperation) as refusal:
        log.warning("mail webhook refused", reason=str(refusal))
        return HttpResponse(status=400)
    except Exception as error:
        log.warning("mail webhook cannot be read", error=type(error).__name__)
        return HttpResponse(status=400)
    events, broken = _events(view, request)
    if not _tell(view, events):
        return HttpResponse(status=503)
    return HttpResponse(status=400 if broken and not events else 200)


def _view(request: HttpRequest, rest: str) -> Any:
    name = rest.partition("/")[0]
    if not is_open() or WORKS_AS.get(name, name) != WORKS_AS.get(provider(), provider()):
        raise Http404
    try:
        match = resolve(f"/{rest}", "anymail.urls")
    except Resolver404:
        raise Http404 from None
    try:
        view = match.func.view_class(**match.func.view_initkwargs)  # type: ignore[attr-defined]
    except Exception:  # a key or a package that this provider needs is missing
        log.exception("mail webhooks are not set up", provider=name)
        raise Http404 from None
    view.setup(request, *match.args, **match.kwargs)
    return view


def _events(view: Any, request: HttpRequest) -> tuple[list[Any], int]:
    """What the provider tells, and how much of it could not be read. One that is broken does not hide the others."""
    try:
        return list(view.parse_events(request)), 0
    except Exception as error:
        log.warning("mail webhook is broken", provider=view.esp_name, error=f"{type(error).__name__}: {error}"[:300])
    events: list[Any] = []
    broken = 0
    for single in _singles(request):
        try:
            events += view.parse_events(single)
        except Exception:
            broken += 1
    return events, broken or 1


def _singles(request: HttpRequest) -> Iterator[HttpRequest]:
    """A call that tells several things, as several calls that tell one each."""
    field = "mandrill_events" if "mandrill_events" in request.POST else ""
    try:
        told = json.loads(request.POST[field] if field else request.body)
    except (ValueError, RecursionError):
        return
    for each in told if isinstance(told, list) and len(told) > 1 else []:
        single: Any = copy(request)
        if field:
            single.POST = request.POST.copy()
            single.POST[field] = json.dumps([each])
        else:
            single._body = json.dumps([each]).encode()
        yield single


def _tell(view: Any, events: list[Any]) -> bool:
    """False if something could not be written down: then all of it is to come again, which does no harm."""
    all_told = True
    for event in events:
        try:
            view.signal.send(sender=type(view), event=event, esp_name=view.esp_name)
        except DatabaseError:
            log.exception("mail webhook cannot be written down")
            all_told = False
        except Exception:
            log.exception("mail webhook: one event was left out")
    return all_told
