"""HEAD is answered without a body. Not every server takes it away; what is left is read as the next answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class HeadHasNoBody:
    """The outermost middleware: the length stays that of the answer to GET."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "HEAD" and not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response
