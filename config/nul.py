"""No page takes a NUL character: PostgreSQL cannot store or compare one, and nobody types one."""

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse


class NulRefused(SuspiciousOperation):
    """Answered with 400."""


class RefuseNul:
    """A middleware. Form fields name themselves in their own error; addresses are refused here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The API says it in its own words.
        if not request.path_info.startswith("/api/") and _has_nul(request):
            raise NulRefused("NUL in the address")
        return self.get_response(request)


def _has_nul(request: HttpRequest) -> bool:
    return "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
