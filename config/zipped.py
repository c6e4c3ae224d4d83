"""Compressed answers keep strong entity tags: the compressed form has one of its own, as RFC 9110 wants it."""

from typing import Any

from django.http import HttpRequest
from django.middleware.gzip import GZipMiddleware

from config.rest.conditional import ZIPPED


class Zipped(GZipMiddleware):
    """Django makes the tag weak instead, and `If-Match` takes no weak tags."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        tag = response.get("ETag", "")
        response = super().process_response(request, response)
        if tag.startswith('"') and response.get("ETag", "").startswith("W/"):
            response["ETag"] = f'{tag[:-1]}{ZIPPED}"'
        return response
