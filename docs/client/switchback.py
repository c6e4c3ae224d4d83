"""A small client of Switchback's REST API, and the check of its webhooks. Python 3.11 and its standard library alone:
copy this file into your program. README.md, beside it, says how each part is used and why it is made so."""

import base64
import binascii
import hashlib
import hmac
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

Row = dict[str, Any]
BUSY = (429, 502, 503, 504)  # the request was not worked off, or nobody knows: it may be sent again
MOST_WAIT = 120.0  # seconds
TOLERANCE = 300  # seconds that a webhook's clock may differ from ours


class Problem(Exception):
    """A refusal, as RFC 9457 has it. `fields` maps dotted names to what is wrong with each, `{}` if no field is."""

    def __init__(self, status: int, document: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.status, self.retry_after = status, retry_after
        self.title, self.detail = str(document.get("title", "")), str(document.get("detail", ""))
        self.fields: dict[str, list[str]] = dict(document.get("fields", {}))
        named = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in self.fields.items())
        super().__init__(" ".join(filter(None, (f"{status} {self.title}.", self.detail, named))))


class Unreachable(Exception):
    """No answer, also after the last try. Whether the work was done is not known: send it again with the same key."""


class _NoRedirects(HTTPRedirectHandler):
    """A token is for one place only, and urllib would carry it to another."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class Client:
    """`base` is the desk's address. `tries` counts the first one; `sleep` is called with seconds."""

    def __init__(
        self,
        base: str,
        token: str,
        *,
        timeout: float = 30,
        tries: int = 6,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._root = base.rstrip("/") + "/api/v1/"
        self._token, self._timeout, self._tries, self._sleep = token, timeout, tries, sleep
        self._opener = build_opener(_NoRedirects)

    # -- reading -----------------------------------------------------------------------------------------------------

    def get(self, path: str, **query: Any) -> Any:
        """`client.get("tickets/ESC-1001/", expand="customer")`."""
        return self._json("GET", self._address(path, query))

    def rows(self, path: str, **query: Any) -> Iterator[Row]:
        """Every row of a list, page by page, as they are asked for."""
        address: str | None = self._address(path, {"limit": 200, **query})
        while address:
            page = self._json("GET", address)
            yield from page["results"]
            address = page["next"]

    def export(self, path: str, **query: Any) -> Iterator[Row]:
        """Every row of `tickets/export/` or `events/export/`, one at a time: neither side holds them all."""
        with self._send("GET", self._address(path, {**query, "format": "ndjson"})) as answer:
            for line in answer:
                yield json.loads(line)

    # -- writing -----------------------------------------------------------------------------------------------------

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str = "") -> Any:
        """Create something, or call a verb: `client.post("tickets/ESC-1001/take/")`.

        Sent again after a lost answer, it is done once, because each try carries the same Idempotency-Key. Give a
        `key` of your own, such as your record's number, and that holds after a crash of your program, too (for a day).
        """
        return self._json("POST", self._address(path), body or {}, {"Idempotency-Key": key or str(uuid.uuid4())})

    def change(self, path: str, edit: Callable[[Row], Mapping[str, Any]], *, rounds: int = 5) -> Row:
        """PATCH what `edit` makes of the record as it is now: the fields that change, or nothing.

        If somebody was faster (412), it is read again and `edit` asked again, so nobody's change is overwritten.
        """
        for _round in range(rounds - 1):
            try:
                return self._changed_once(path, edit)
            except Problem as problem:
                if problem.status != 412:
                    raise
        return self._changed_once(path, edit)

    def _changed_once(self, path: str, edit: Callable[[Row], Mapping[str, Any]]) -> Row:
        address = self._address(path)
        with self._send("GET", address) as answer:
            tag, row = answer.headers["ETag"], json.load(answer)
        fields = edit(row)
        changed: Row = self._json("PATCH", address, fields, {"If-Match": tag}) if fields else row
        return changed

    def delete(self, path: str) -> None:
        self._send("DELETE", self._address(path)).close()

    # -- the wire ----------------------------------------------------------------------------------------------------

    def _address(self, path: str, query: Mapping[str, Any] | None = None) -> str:
        given = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        return self._root + quote(path.lstrip("/")) + (f"?{urlencode(given)}" if given else "")

    def _json(self, method: str, address: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        with self._send(method, address, body, headers) as answer:
            return json.load(answer)

    def _send(
        self, method: str, address: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> HTTPResponse:
        if not address.startswith(self._root):
            raise ValueError(f"{address} is none of {self._root}")  # the token stays at home
        said = {"Authorization": f"Bearer {self._token}", "Accept": "application/json, application/x-ndjson"}
        said |= {"Content-Type": "application/json"} if body is not None else {}
        data = None if body is None else json.dumps(body).encode()
        # What is safe to send twice: reads; POSTs with their key; changes with their tag (the second is a 412).
        may_repeat = method == "GET" or bool(headers)
        for number in range(1, self._tries + 1):
            wait = min(2.0**number, 30) * random.uniform(0.5, 1)  # noqa: S311 – so that not all come back at once
            try:
                request = Request(address, data, {**said, **(headers or {})}, method=method)  # noqa: S310
                answer: HTTPResponse = self._opener.open(request, timeout=self._timeout)
                return answer
            except HTTPError as refused:
                problem = _problem(refused)
                is_safe = may_repeat or problem.status == 429  # which was not even looked at
                if problem.status not in BUSY or not is_safe or number == self._tries:
                    raise problem from None
                wait = max(wait, problem.retry_after or 0)
            except (URLError, HTTPException, OSError) as error:
                if not may_repeat or number == self._tries:
                    raise Unreachable(f"{method} {address}: {error}") from error
            self._sleep(min(wait, MOST_WAIT))
        raise AssertionError("unreachable")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _problem(refused: HTTPError) -> Problem:
    with refused:
        try:
            document = json.load(refused)
        except (ValueError, OSError, HTTPException):
            document = {}
    after = refused.headers.get("Retry-After", "")
    document = document if isinstance(document, dict) else {}
    return Problem(refused.code, {"title": refused.reason, **document}, float(after) if after.isdigit() else None)


# -- webhooks --------------------------------------------------------------------------------------------------------


class BadSignature(Exception):
    """Not from the desk, changed on the way, or sent again by somebody: answer 400, and do nothing."""


def verified(secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> Row:
    """The message, if it is signed with `secret` (`whsec_…`). `body` is what came, byte for byte."""
    given = {name.lower(): value for name, value in headers.items()}
    number, sent_at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not (sent_at.isascii() and sent_at.isdigit()) or abs((now or time.time()) - int(sent_at)) > TOLERANCE:
        raise BadSignature("It is too old, or has no time.")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = hmac.new(key, f"{number}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    for signature in given.get("webhook-signature", "").split():  # two while a secret is being changed
        version, _comma, text = signature.partition(",")
        try:
            fits = version == "v1" and hmac.compare_digest(base64.b64decode(text, validate=True), wanted)
        except binascii.Error:
            fits = False
        if fits:
            return dict(json.loads(body))
    raise BadSignature("No signature fits.")
