"""Pages for what went wrong. Each carries a reference number that the log line has too."""

import secrets
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from config.kept import came_from_here, keep

log = structlog.get_logger(__name__)

CSRF = "csrf"
WORDS: dict[int | str, tuple[Any, Any]] = {
    400: (_("That request made no sense"), _("Something in the address or the form was not readable.")),
    403: (_("This is not yours to do"), _("Your role does not allow it. Somebody who runs the desk can change that.")),
    404: (_("There is nothing here"), _("The address is wrong, or what stood here has gone.")),
    409: (_("That is no longer possible"), _("Somebody was faster, or the issue has moved on.")),
    CSRF: (
        _("This form has become too old"),
        _("Nothing was sent. Go back, reload the page and send it again: copy longer texts first."),
    ),
    429: (_("That was too often"), _("Wait a few minutes, then try again. This protects everybody’s account.")),
    500: (_("That went wrong on our side"), _("Nothing you entered was lost on purpose. The clocks go on; try again.")),
}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return fault(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return fault(request, 403, reason=str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return fault(request, 404)


def too_many(request: HttpRequest) -> HttpResponse:
    return fault(request, 429)


def conflict(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return fault(request, 409, reason=str(exception or ""))


def broken(request: HttpRequest) -> HttpResponse:
    """No database, no session: either may be what broke."""
    return fault(request, 500, plain=True)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the sign-in, most often because of another tab: its words are shown again, unsent."""
    if came_from_here(request) and (back := keep(request)):
        return redirect(back)
    return fault(request, 403, words=CSRF)


def fault(request: HttpRequest, code: int, *, reason: str = "", plain: bool = False, words: str = "") -> HttpResponse:
    """`words` names others than those of the code."""
    reference = secrets.token_hex(4).upper()
    log.warning("fault_page", code=code, reference=reference, path=request.path)
    title, text = WORDS[words or code]
    context: dict[str, Any] = {"code": code, "title": title, "text": text, "reason": reason, "reference": reference}
    user = None if plain else getattr(request, "user", None)
    context["framed"] = bool(user and user.is_authenticated)
    page = f"{code}.html" if code not in (400, 429) else "404.html"
    return HttpResponse(render_to_string(page, context, request=None if plain else request), status=code)
