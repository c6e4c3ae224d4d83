"""Refusals are problem documents, whatever was sent."""

import json
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from contacts.models import User
from escalations.models import Ticket
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields

pytestmark = pytest.mark.once  # forms, words and rights; test_schema asks every operation on both


@pytest.mark.parametrize(
    "address", ["/api/v1/", "/api/v1/nothing/", "/api/v1/tickets", "/api/v1/tickets/ESC-1/x/", "/api/v1/%00"]
)
def test_an_unknown_address_is_not_found(api: Caller, nobody: Caller, db: None, address: str) -> None:
    for caller in (api, nobody):
        for method in ("get", "post", "delete"):
            refusal(getattr(caller, method)(address), 404)


def test_a_missing_slash_is_pointed_out(api: Caller) -> None:
    assert "slash" in refusal(api.get("/api/v1/tickets"), 404)["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"subject": 1, "subject": 2}',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 50_000,
        b"9" * 5_000,
        b"[]",
        b'"text"',
        b"null",
        b"7",
        b'["\\ud800"]',
        b'{"\\ud800": 1}',
        b'{"a": ' + b'{"b": ' * 40 + b"1" + b"}" * 41,
    ],
)
def test_a_body_that_is_no_object_is_refused(api: Caller, desk: None, body: bytes) -> None:
    refusal(api.generic("POST", "/api/v1/tickets/", body, content_type="application/json"), 400)


@pytest.mark.parametrize("text", ["\ud800", "a\0b"])
def test_what_no_column_holds_is_named(api: Caller, ticket: Ticket, text: str) -> None:
    address = f"/api/v1/tickets/{ticket.number}/send_update/"
    body = json.dumps({"summary": text, "next_steps": "x"})
    assert wrong_fields(api.generic("POST", address, body, content_type="application/json")) == {"summary"}


def test_other_kinds_of_bodies_are_refused(api: Caller, desk: None) -> None:
    refusal(api.generic("POST", "/api/v1/tickets/", "a=1", content_type="application/x-www-form-urlencoded"), 415)
    refusal(api.generic("POST", "/api/v1/tickets/", "<a/>", content_type="text/xml"), 415)


def test_other_kinds_of_answers_are_not_had(api: Caller, desk: None) -> None:
    refusal(api.get("/api/v1/tickets/", HTTP_ACCEPT="text/html"), 406)
    assert api.get("/api/v1/tickets/", HTTP_ACCEPT="application/problem+json").status_code == 200


def test_a_body_has_a_largest_size(api: Caller, desk: None, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    refusal(api.post("/api/v1/tickets/", {"subject": "x" * 2000}), 413)


def test_too_many_parameters_are_refused(api: Caller, desk: None) -> None:
    refusal(api.get("/api/v1/tickets/?" + "&".join(f"a{n}=1" for n in range(1200))), 400)


@pytest.mark.parametrize("method", ["put", "delete", "options", "trace"])
def test_a_method_that_is_not_there(api: Caller, desk: None, method: str) -> None:
    response = getattr(api, method)("/api/v1/tickets/")
    refusal(response, 405)
    assert "GET" in response["Allow"]


def test_what_nobody_foresaw_says_nothing_about_itself(api: Caller, desk: None) -> None:
    api.raise_request_exception = False
    with patch("escalations.api.tickets.filtered", side_effect=RuntimeError("the password is swordfish")):
        response = api.get("/api/v1/tickets/")
    document = refusal(response, 500)
    assert "swordfish" not in json.dumps(document)


def test_a_session_may_read_and_needs_the_csrf_token_to_write(casey: User, ticket: Ticket) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(casey)
    assert browser.get("/api/v1/tickets/").status_code == 200
    address = f"/api/v1/tickets/{ticket.number}/take/"
    refusal(browser.post(address), 403)
    browser.get("/api/v1/docs/")
    token = browser.cookies["csrftoken"].value if "csrftoken" in browser.cookies else "a" * 32
    browser.cookies["csrftoken"] = token
    answer = browser.post(address, "{}", "application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 200
