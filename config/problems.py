"""Errors of the REST API as RFC 9457 problem documents (application/problem+json)."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404
from django.utils.log import log_response
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from escalations.errors import Invalid, NotAllowed
from escalations.protocol.errors import BadContent, NotYours, ProtocolError

MEDIA_TYPE = "application/problem+json"
BODY = "body"  # the name in `fields` of what is wrong with a body as a whole
# What the verbs call a thing that the API keeps inside another.
NESTED = {"reporter_name": "reporter.name", "reporter_email": "reporter.email"}


class Unprocessable(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT


class Stale(exceptions.APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large."


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """Any exception of an API view as an answer. What nobody foresaw is logged and says nothing about itself."""
    set_rollback()
    known = _known(error)
    if known is None:
        return _unforeseen(error, context)
    headers = {}
    if header := getattr(known, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(known, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if isinstance(known, exceptions.ValidationError):
        return problem(known.status_code, _("What was sent cannot be used; see `fields`."), fields_of(known.detail))
    return problem(known.status_code, str(known.detail), headers=headers, members=getattr(known, "members", None))


def problem(
    code: int,
    detail: str,
    fields: dict[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
    members: dict[str, str] | None = None,
) -> Response:
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "detail": detail,
    }
    if fields:
        document["fields"] = fields
    document |= members or {}
    return Response(document, status=code, headers=headers, content_type=MEDIA_TYPE)


def fields_of(detail: Any, path: str = "") -> dict[str, list[str]]:
    """{"reporter": {"email": [...]}} becomes {"reporter.email": [...]}; items of lists go by their index."""
    if isinstance(detail, dict):
        parts = [fields_of(inner, _join(path, str(name))) for name, inner in detail.items()]
    elif isinstance(detail, list) and any(isinstance(inner, dict | list) for inner in detail):
        parts = [fields_of(inner, _join(path, str(index))) for index, inner in enumerate(detail) if inner]
    else:
        messages = detail if isinstance(detail, list) else [detail]
        return {path or BODY: [str(message) for message in messages]} if messages else {}
    merged: dict[str, list[str]] = {}
    for part in parts:
        for name, messages in part.items():
            merged.setdefault(name, []).extend(messages)
    return merged


def _join(path: str, name: str) -> str:
    return ".".join(part for part in (path, "" if name == "non_field_errors" else name) if part)


def _known(error: Exception) -> exceptions.APIException | None:
    match error:
        case exceptions.APIException():
            return error
        case Invalid():
            return exceptions.ValidationError({NESTED.get(name, name): [text] for name, text in error.fields.items()})
        case NotAllowed():
            return Conflict(error.message)
        case BadContent():
            return exceptions.ValidationError({path: [why] for path, why in error.errors.items()})
        case NotYours():
            return exceptions.PermissionDenied(error.message)
        case ProtocolError():
            return Conflict(error.message)
        case Http404():
            return exceptions.NotFound(str(error) if _is_sentence(error) else None)
        case PermissionDenied():
            return exceptions.PermissionDenied(str(error) or None)
        case ProtectedError() | RestrictedError():
            return Conflict(_("Other records still use this, so it cannot be deleted."))
        case RequestDataTooBig():
            return TooLarge(_("The body is too large."))
        case SuspiciousOperation():
            return exceptions.ParseError(_("The request is malformed."))
    return None


def _is_sentence(error: Exception) -> bool:
    """Ours end in a full stop; Django's own ("No Ticket matches the given query.") name a class."""
    return bool(error.args) and "matches the given query" not in str(error)


def _unforeseen(error: Exception, context: dict[str, Any]) -> Response:
    request = context["request"]._request
    got_request_exception.send(sender=None, request=request)
    response = problem(500, _("Something went wrong on our side. It has been recorded."))
    log_response("%s: %s", "Internal Server Error", request.path, response=response, request=request, exception=error)
    return response
