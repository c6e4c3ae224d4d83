"""Mails to the desk, brought through the door that a mail server uses."""

import io
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from templates_app.inbound import reply_address
from templates_app.models import InboundMail

DESK = "desk@desk.example"


@pytest.fixture(autouse=True)
def _desk(settings: Any, tmp_path: Any) -> None:
    settings.INBOUND_ADDRESS = DESK
    settings.DEFAULT_FROM_EMAIL = "Acme Desk <escalations@desk.example>"
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def now(at: datetime) -> Iterator[Any]:
    """The clock on the wall: frozen at ten; `now.minutes(n)` moves it."""
    with time_machine.travel(at, tick=False) as traveller:
        traveller.minutes = lambda n: traveller.move_to(at + timedelta(minutes=n))
        yield traveller


@pytest.fixture
def write() -> Callable[..., EmailMessage]:
    """A mail from Dana at Acme to the desk, unless said otherwise. `files`: {name: bytes}."""

    def made(
        text: str = "It says 502 since noon.", files: dict[str, bytes] | None = None, **headers: str
    ) -> EmailMessage:
        message = EmailMessage()
        usual = {"From": "Dana <dana@acme.example>", "To": DESK, "Subject": "The gateway"}
        for name, value in (usual | {key.replace("_", "-"): value for key, value in headers.items()}).items():
            if value:
                message[name] = value
        message.set_content(text)
        for name, content in (files or {}).items():
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return message

    return made


@pytest.fixture
def receive(now: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., InboundMail]:
    """Through `manage.py receive_mail`; returns what became of it."""

    def take(mail: EmailMessage | bytes, to: str = "") -> InboundMail:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        call_command("receive_mail", to=to)
        return InboundMail.objects.order_by("-pk").first()  # type: ignore[return-value]

    return take


@pytest.fixture
def address() -> Callable[..., str]:
    """The reply address that was made for this person."""

    def made(ticket: Any, person: str, *, customer: bool = True) -> str:
        return reply_address.made_for(person, about=ticket.number, customer=customer)

    return made
