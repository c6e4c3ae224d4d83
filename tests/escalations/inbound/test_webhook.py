"""Mail that a provider hands over, in the words of two of them."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from escalations.inbound import filing
from escalations.models import Ticket
from templates_app.models import InboundMail

SECRET = "desk:a-long-secret"
ZIP = b"PK\x03\x04" + b"\0" * 2_800_000
KEY = "mailgun-signing-key"


@pytest.fixture(autouse=True)
def _provider(settings: Any) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": SECRET,
        "POSTMARK_SERVER_TOKEN": "x",
        "MAILGUN_API_KEY": "x",
        "MAILGUN_WEBHOOK_SIGNING_KEY": KEY,
    }


def post(path: str, body: Any, secret: str = SECRET, **more: Any) -> Any:
    login = base64.b64encode(secret.encode()).decode()
    return Client(raise_request_exception=False).post(path, body, HTTP_AUTHORIZATION=f"Basic {login}", **more)


def postmark(**changed: Any) -> dict[str, Any]:
    return {
        "FromFull": {"Email": "dana@acme.example", "Name": "Dänä", "MailboxHash": ""},
        "ToFull": [{"Email": "desk@desk.example", "Name": "", "MailboxHash": ""}],
        "OriginalRecipient": "desk@desk.example",
        "Subject": "Login fails – since noon",
        "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
        "Date": "Mon, 23 Nov 2026 09:59:00 +0000",
        "TextBody": "Nobody can sign in.",
        "HtmlBody": "",
        "Headers": [
            {"Name": "Return-Path", "Value": "<dana@acme.example>"},
            {"Name": "Message-ID", "Value": "<one@acme.example>"},
            {"Name": "Received-SPF", "Value": "Pass (sender SPF authorized)"},
        ],
        "Attachments": [
            {"Name": "log.zip", "Content": base64.b64encode(ZIP).decode(), "ContentType": "application/zip"}
        ],
        **changed,
    }


def as_json(body: Any) -> dict[str, Any]:
    return {"body": body if isinstance(body, str) else json.dumps(body), "content_type": "application/json"}


def test_postmark_hands_over_a_mail_larger_than_any_form_and_it_opens_an_issue(protocol, acme, at, now):
    for _twice in range(2):
        assert post("/mail/postmark/inbound/", **as_json(postmark())).status_code == 200
    assert filing.file_waiting(at) == 1
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.reporter_name) == ("Login fails – since noon", "Dana")
    assert ticket.description == "Nobody can sign in."
    assert ticket.attachments.get().size == len(ZIP)


def test_mailgun_hands_over_a_reply_with_its_file(log_issue, acme, at, now, address, settings):
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    ticket = log_issue()
    token = "t" * 50
    signed = hmac.new(KEY.encode(), f"1795428000{token}".encode(), hashlib.sha256).hexdigest()
    form = {
        "timestamp": "1795428000",
        "token": token,
        "signature": signed,
        "sender": "dana@acme.example",
        "recipient": address(ticket, "dana@acme.example"),
        "subject": "Re: sign-in",
        "body-plain": "Here it is.\n\nOn Mon, 23 Nov 2026, Casey wrote:\n> The log, please",
        "message-headers": json.dumps(
            [["From", "Dana <dana@acme.example>"], ["Message-Id", "<mg@acme.example>"], ["X-Mailgun-Spf", "Pass"]]
        ),
        "attachment-count": "1",
        "attachment-1": SimpleUploadedFile("app.log", b"502\n", "text/plain"),
    }
    assert post("/mail/mailgun/inbound/", form).status_code == 200
    filing.file_waiting(at)
    assert InboundMail.objects.get().about == ticket.number
    assert ticket.events.get(kind="customer").text == "Here it is."
    assert ticket.attachments.get().name == "app.log"


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '"x"', "{}", '{"FromFull": 7}', '{"Headers": [{}]}', "[" * 100_000, '{"a": "\\ud800"}'],
)
def test_a_body_that_is_none_is_no_fault_of_ours(db, body, now):
    assert post("/mail/postmark/inbound/", **as_json(body)).status_code in (200, 400)


def test_who_cannot_show_the_secret_hands_over_nothing(db, now):
    assert post("/mail/postmark/inbound/", secret="desk:guess", **as_json(postmark())).status_code == 400
    assert not InboundMail.objects.exists()


def test_what_the_parser_leaves_of_odd_parts_is_kept(protocol, acme, at, now):
    odd = postmark(
        FromFull={"Email": "dana@acme.example", "Name": 'D"a,na\r\n <x@y>'},
        Subject="a\r\nBcc: x@y.example\ud800",
        Headers=[{"Name": "X-Odd", "Value": "\udcff\x00"}, {"Name": "To", "Value": "a@b"}],
        TextBody="words \x00 \ud800",
        Attachments=[],
    )
    assert post("/mail/postmark/inbound/", **as_json(odd)).status_code in (200, 400)
    filing.file_waiting(at)
    assert not InboundMail.objects.filter(state="received").exists()
