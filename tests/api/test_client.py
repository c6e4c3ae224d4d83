"""The client in docs/client, against a real server."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from switchback import BadSignature, Client, Problem, Unreachable, verified

from config.environment import Rate
from contacts.models import User
from contacts.tokens import issue_token
from escalations.models import Ticket
from templates_app.channels.webhook import new_secret, signed

NEW = {"customer": "acme", "subject": "Größer als sonst", "severity": "P2"}


def client(live_server: Any, user: User, **options: Any) -> Client:
    _token, plain = issue_token(user, "client", timezone.now())
    return Client(live_server.url, plain, **options)


def test_the_client_reads_writes_and_does_nothing_twice(
    live_server: Any, casey: User, ticket: Ticket, settings: Any
) -> None:
    mine = client(live_server, casey)
    made = mine.post("tickets/", NEW, key="their-4711")
    assert mine.post("tickets/", NEW, key="their-4711")["number"] == made["number"]
    mine.post(f"tickets/{made['number']}/note/", {"text": "Looks like DNS"})
    numbers = [ticket.number, made["number"]]
    assert [row["number"] for row in mine.rows("tickets/", ordering="number", limit=1)] == numbers
    assert [row["number"] for row in mine.rows("tickets/", severity=["P1", "P3"])] == [ticket.number]
    assert [row["subject"] for row in mine.export("tickets/export/", status="open")][-1] == NEW["subject"]

    with pytest.raises(Problem) as wrong:
        mine.post("tickets/", NEW | {"reporter": {"email": "nobody"}}, key="their-4712")
    assert (wrong.value.status, set(wrong.value.fields)) == (400, {"reporter.email"})
    assert "reporter.email" in str(wrong.value)

    seen: list[list[str]] = []

    def tagged(row: dict[str, Any]) -> dict[str, Any]:
        """Meanwhile, the first time, somebody else writes."""
        if not seen:
            ticket.edit(by=casey, at=timezone.now(), tags=["sso"])
        seen.append(row["tags"])
        return {"tags": [*row["tags"], "vip"]}

    assert mine.change(f"tickets/{ticket.number}/", tagged)["tags"] == ["sso", "vip"]
    assert seen == [[], ["sso"]]

    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        settings.API_RATE = None

    hasty = client(live_server, casey, sleep=wait)
    settings.API_RATE = Rate(1, 3600)
    assert hasty.get("tickets/")["results"]
    assert hasty.get(f"tickets/{ticket.number}/", expand="owner")["expanded"]["owner"]["username"] == "casey"
    assert len(waits) == 1
    assert 0 < waits[0] <= 120


def test_a_token_stays_at_home_and_silence_is_told() -> None:
    waits: list[float] = []
    alone = Client("http://127.0.0.1:9", "secret", tries=3, sleep=waits.append)
    with pytest.raises(Unreachable):
        alone.post("tickets/", NEW)
    assert len(waits) == 2
    assert waits[0] < waits[1] * 2.01
    with pytest.raises(ValueError, match="none of"):
        alone._json("GET", "http://elsewhere.example/api/v1/tickets/")


def test_a_webhook_is_what_the_desk_signed_and_nothing_else() -> None:
    at, secret, body = timezone.now(), new_secret(), b'{"type":"ping"}'
    headers = signed("msg_1", at, body, secret)
    assert verified(secret, headers, body) == {"type": "ping"}
    both = headers | {"webhook-signature": f"v1,AAAA v2,x {headers['webhook-signature']} v1,%"}
    assert verified(secret, {name.title(): text for name, text in both.items()}, body) == {"type": "ping"}
    old = signed("msg_1", at - timedelta(minutes=6), body, secret)
    for wrong in (old, headers | {"webhook-id": "msg_2"}, headers | {"webhook-signature": "v1,%"}, {}):
        with pytest.raises(BadSignature):
            verified(secret, wrong, body)
    with pytest.raises(BadSignature):
        verified(new_secret(), headers, body)
    with pytest.raises(BadSignature):
        verified(secret, headers, body + b" ")
