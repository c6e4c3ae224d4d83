"""`Idempotency-Key`: a POST that is sent again does its work once and answers the same."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from config.problems import Conflict, Unprocessable
from contacts import once
from contacts.models import IdempotencyKey

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
KEPT = ("ETag", "Content-Location")  # headers of the answer, beside its Location
FORM = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True)
class Once:
    """Stands in for a view's `post` when the request carries a key."""

    post: Callable[..., Response]
    key: str
    at: datetime
    secret_fields: frozenset[str] = frozenset()

    @classmethod
    def around(
        cls, post: Callable[..., Response], request: Request, at: datetime, secret_fields: frozenset[str] = frozenset()
    ) -> Callable[..., Response]:
        key = request.headers.get(HEADER)
        if key is None:
            return post
        if not FORM.fullmatch(key):
            raise serializers.ValidationError({HEADER: [_("Give 1 to 200 visible ASCII characters, without blanks.")]})
        return cls(post, key, at, secret_fields)

    def __call__(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        digest = _digest(request.data)
        with transaction.atomic():
            if not once.claim(request.user.pk, self.key, wait=False):
                raise Conflict(_("A request with this Idempotency-Key is still running. Try again in a moment."))
            if known := once.find(request.user.pk, self.key, self.at):
                return self._answer_again(known, _called(request), digest)
            response = self.post(request, *args, **kwargs)
            self._keep(request, digest, response)
        once.purge(self.at)
        return response

    @staticmethod
    def _answer_again(known: IdempotencyKey, called: str, digest: str) -> Response:
        if (known.request, known.digest) != (called, digest):
            raise Unprocessable(_("This Idempotency-Key was used for another request. Use a new one for each."))
        headers = {REPLAYED: "true", **known.headers} | ({"Location": known.location} if known.location else {})
        return Response(known.answer, status=known.status, headers=headers)

    def _keep(self, request: Request, digest: str, response: Response) -> None:
        once.keep(
            request.user.pk,
            self.key,
            self.at,
            request=_called(request),
            digest=digest,
            status=response.status_code,
            location=response.headers.get("Location", ""),
            headers={name: response.headers[name] for name in KEPT if name in response.headers},
            answer=self._without_secrets(json.loads(JSONRenderer().render(response.data) or b"null")),
        )

    def _without_secrets(self, answer: Any) -> Any:
        """What is shown once is kept nowhere, so that a second answer has null in its place."""
        if not isinstance(answer, dict):
            return answer
        return {name: None if name in self.secret_fields else value for name, value in answer.items()}


def _called(request: Request) -> str:
    return f"{request.method} {request.path}"[:300]


def _digest(body: Any) -> str:
    """Of the values: blanks and the order of names do not matter."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
