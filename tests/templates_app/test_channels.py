"""Slack and signed webhooks over real HTTP: what is sent, what its refusal means, and who is tried next."""

import base64
import hashlib
import hmac
import json
from collections.abc import Collection
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from templates_app import delivery
from templates_app.channels import slack_blocks, webhook
from templates_app.channels.directory import Directory, Target
from templates_app.models import ChannelBreaker, Notification
from tests.hooks import HookServer
from tests.mailserver import MailServer
from tests.templates_app.outbox import NOW, Desk, context, message, queue

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
VERA, CASEY = 7, 8


class Addresses(Directory):
    """Who is where, and what was told about it."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, int], Target] = {}
        self.has_taken: list[tuple[str, int]] = []
        self.has_refused: list[tuple[str, int | None, str]] = []

    def targets(self, channel: str, users: Collection[int]) -> dict[int, Target]:
        return {user: target for (name, user), target in self.known.items() if name == channel and user in users}

    def took(self, channel: str, messages: Any, at: Any) -> None:
        self.has_taken += [(channel, message.pk) for message in messages]

    def refused(self, channel: str, message: Notification, reason: str, at: Any) -> None:
        self.has_refused.append((channel, message.user_id, reason))


class ChannelDesk(Desk):
    def __init__(self, directory: Directory) -> None:
        super().__init__()
        self.directory = directory

    def deliver(self, at: Any = NOW, limit: int = 200) -> delivery.Report:
        return delivery.deliver(
            at=at, withdrawn=self.ask, sent=self.tell_sent, failed=self.tell_failed, limit=limit,
            directory=self.directory,
        )  # fmt: skip


@pytest.fixture
def hooks(settings: Any) -> Any:
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = True, [ip_network("127.0.0.0/8")]
    settings.SLACK_WEBHOOK_URL = ""
    server = HookServer()
    yield server
    server.stop()


@pytest.fixture
def addresses(hooks: HookServer) -> Addresses:
    """Vera's Slack and webhook, and Casey's Slack."""
    book = Addresses()
    book.known |= {("slack", VERA): Target(hooks.url("/slack")), ("webhook", VERA): Target(hooks.url("/vera"), SECRET)}
    book.known[("slack", CASEY)] = Target(hooks.url("/casey"))
    return book


@pytest.fixture
def desk(addresses: Addresses, smtp: MailServer) -> ChannelDesk:
    return ChannelDesk(addresses)


def by_slack(*after: str, **more: Any) -> Notification:
    return queue(**{"channel": "slack", "channels": list(after), "user_id": VERA, **more})


def by_webhook(*after: str, **more: Any) -> Notification:
    return queue(**{"channel": "webhook", "channels": list(after), "user_id": VERA, **more})


def read(row: Notification) -> Notification:
    return Notification.objects.get(pk=row.pk)


# --- Slack -----------------------------------------------------------------------------------------------------------


def test_a_slack_message_has_the_facts_and_one_button(hooks: HookServer, desk: ChannelDesk, addresses: Addresses):
    row = by_slack("email", urgent=True, level="4")
    assert desk.deliver() == delivery.Report(sent=1)
    [request] = hooks.requests
    blocks = {block["type"]: block for block in request.json["blocks"]}
    assert blocks["header"]["text"]["text"].startswith("[P1] Lumen Retail: Checkout API returns 502")
    facts = "\n".join(each["text"] for each in next(b for b in request.json["blocks"] if "fields" in b)["fields"])
    assert "*At stake*\n€1.84 m a year" in facts
    assert "*Owner*\nPriya Nair, +34 600 100 200" in facts
    [button] = blocks["actions"]["elements"]
    assert (button["text"]["text"], button["url"]) == ("I have it", "http://127.0.0.1:8000/a/token/")
    assert request.json["unfurl_links"] is False
    sent = read(row)
    assert (sent.state, sent.channel, sent.delivered_at, sent.provider_id) == ("sent", "slack", NOW, "")
    assert "What happens next" not in sent.text
    assert "If nobody acts by" in sent.text
    assert (desk.sent, addresses.has_taken) == ([row.pk], [("slack", row.pk)])


def test_nobodys_words_become_a_link_or_call_a_room(hooks: HookServer, desk: ChannelDesk):
    by_slack(context=context(subject="<!channel> <https://evil.example|look> & more", description="<@U1>"))
    desk.deliver()
    whole = hooks.requests[0].body.decode()
    assert "&lt;!channel&gt;" in json.loads(whole)["text"]
    marked = json.dumps([b for b in json.loads(whole)["blocks"] if b["type"] != "header"])
    assert "<!channel" not in marked
    assert "<https://evil" not in marked


def test_words_of_any_length_fit(hooks: HookServer, desk: ChannelDesk):
    by_slack(context=context(subject="x" * 5000, customer={"name": "y" * 5000}, owner={"name": "z" * 5000}))
    desk.deliver()
    for block in hooks.requests[0].json["blocks"]:
        for text in [block.get("text"), *block.get("fields", []), *block.get("elements", [])]:
            limit = {"header": 150, "section": 3000, "context": 3000, "actions": 75}[block["type"]]
            shown = text["text"] if text and isinstance(text.get("text"), str) else (text or {}).get("text", {})
            assert len(shown if isinstance(shown, str) else shown.get("text", "")) <= limit
    assert len(next(b for b in hooks.requests[0].json["blocks"] if "fields" in b)["fields"]) <= slack_blocks.FIELDS


def test_a_flood_is_folded_into_one_message_a_minute(hooks: HookServer, desk: ChannelDesk):
    by_slack("email", urgent=True)
    desk.deliver()
    Notification.objects.bulk_create(
        message(channel="slack", user_id=VERA, urgent=True, context=context(number=f"ESC-{n}", subject=f"Issue {n}"))
        for n in range(1000, 1300)
    )
    assert desk.deliver(NOW + timedelta(seconds=5)) == delivery.Report(waiting=300)
    assert desk.deliver(NOW + timedelta(seconds=60)) == delivery.Report(sent=300)
    assert len(hooks.requests) == 2
    assert "And 289 more" in hooks.requests[1].body.decode()


def test_the_room_gets_its_messages_by_the_desks_own_address(hooks: HookServer, desk: ChannelDesk, settings: Any):
    settings.SLACK_WEBHOOK_URL, settings.WEBHOOK_NETWORKS = hooks.url("/room"), []
    queue("slack", "room", channel="slack", about="ESC-1047", level="4", context=context(what="escalated"))
    assert desk.deliver().sent == 1
    [request] = hooks.to("/room")
    words = json.dumps(request.json, ensure_ascii=False)
    assert "escalated to level 4" in request.json["text"]
    assert "Jonas Okafor" in words
    assert "/a/" not in words, "a room has no link that acts for one person"
    assert "asked of you" not in words


# --- webhooks --------------------------------------------------------------------------------------------------------


def test_a_webhook_is_signed_and_says_what_it_is_about(hooks: HookServer, desk: ChannelDesk):
    row = by_webhook("email", urgent=True, level="4")
    assert desk.deliver() == delivery.Report(sent=1)
    [request] = hooks.to("/vera")
    headers = request.headers
    assert headers["webhook-id"] == f"msg_{row.idem.replace('.', '-')}"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request.body
    digest = hmac.new(b"0123456789abcdef01234567", signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert request.json["type"] == "message.escalated"
    data = request.json["data"]
    assert (data["kind"], data["ticket"], data["severity"]["code"]) == ("escalated", "ESC-1047", "P1")
    assert (data["customer"]["name"], data["level"], data["told_as"]) == ("Lumen Retail", 4, "4")
    assert data["links"] == {
        "open": "http://127.0.0.1:8000/a/token/",
        "act": "http://127.0.0.1:8000/a/token/",
        "ticket": "http://127.0.0.1:8000/tickets/ESC-1047/",
    }
    assert read(row).delivered_at == NOW


def test_the_signature_is_that_of_the_specification():
    """The example of standardwebhooks.com."""
    from datetime import UTC, datetime

    at = datetime.fromtimestamp(1674087231, UTC)
    body = b'{"type": "contact.created","timestamp":"2022-11-03T20:26:10.344522Z","data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}'  # noqa: E501
    headers = webhook.signed("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    whole = b"msg_p5jXN8AQM9LWM0D4loKWxJek.1674087231." + body
    assert headers["webhook-signature"][3:] == base64.b64encode(hmac.new(key, whole, "sha256").digest()).decode()
    assert len(base64.b64decode(webhook.new_secret().removeprefix("whsec_"))) == 32


def test_webhooks_are_never_folded(hooks: HookServer, desk: ChannelDesk):
    for _ in range(5):
        by_webhook()
    assert desk.deliver() == delivery.Report(sent=5)
    assert len({request.headers["webhook-id"] for request in hooks.requests}) == 5


# --- falling through -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "refused"), [(404, True), (410, True), (403, True), (302, True), (400, False)])
def test_a_refusal_hands_the_same_message_on_at_once(
    hooks: HookServer, desk: ChannelDesk, smtp: MailServer, addresses: Addresses, status: int, refused: bool
):
    hooks.answer(status, "no_service")
    row = by_slack("email")
    assert desk.deliver() == delivery.Report(sent=1, handed_on=1)
    assert len(hooks.requests) == 1
    assert smtp.messages[0]["Message-ID"].startswith(f"<{row.idem}@")
    sent = read(row)
    assert (sent.state, sent.channel, sent.channels, sent.attempts) == ("sent", "email", [], 0)
    [tried] = sent.tried
    assert (tried["channel"], tried["at"]) == ("slack", NOW.isoformat())
    assert str(status) in tried["reason"] or "redirect" in tried["reason"]
    assert (desk.sent, desk.failed) == ([row.pk], [])
    assert [(name, user) for name, user, _reason in addresses.has_refused] == ([("slack", VERA)] if refused else [])


def test_a_message_goes_through_all_its_channels_before_it_fails(
    hooks: HookServer, desk: ChannelDesk, smtp: MailServer
):
    hooks.answer(410, path="/slack")
    hooks.answer(404, path="/vera")
    smtp.refuse("vera@desk.example")
    row = by_slack("webhook", "email", urgent=True)
    assert desk.deliver() == delivery.Report(dead=1, handed_on=2)
    dead = read(row)
    assert [each["channel"] for each in dead.tried] == ["slack", "webhook"]
    assert (dead.state, dead.channel, desk.failed) == ("dead", "email", [row.pk])


def test_mail_may_come_first_and_slack_after_it(hooks: HookServer, desk: ChannelDesk, smtp: MailServer, addresses: Any):
    smtp.refuse("vera@desk.example")
    row = queue(user_id=VERA, channels=["slack"], urgent=True)
    assert desk.deliver() == delivery.Report(sent=1, handed_on=1)
    assert (read(row).channel, len(hooks.requests)) == ("slack", 1)
    assert addresses.has_refused == [("email", VERA, "550 5.1.1 no such mailbox")]


def test_while_the_mail_server_is_away_what_has_another_way_takes_it(
    hooks: HookServer, desk: ChannelDesk, smtp: MailServer
):
    smtp.stop()
    waits, goes = queue("casey@desk.example"), queue(user_id=VERA, channels=["slack"])
    desk.deliver()
    assert desk.deliver(NOW + timedelta(seconds=5)).sent + len(hooks.requests) in (1, 2)
    assert (read(goes).channel, read(goes).state) == ("slack", "sent")
    assert (read(waits).state, read(waits).attempts) == ("queued", 0)


@pytest.mark.parametrize("user", [None, 99])
def test_without_an_address_the_next_channel_is_tried(desk: ChannelDesk, smtp: MailServer, user: int | None):
    row = by_slack("email", user_id=user)
    assert desk.deliver() == delivery.Report(sent=1, handed_on=1)
    assert read(row).tried[0]["reason"] == "no address"


def test_an_address_that_has_refused_is_not_asked_again(hooks: HookServer, desk: ChannelDesk, addresses: Addresses):
    addresses.known[("slack", VERA)] = Target(hooks.url("/slack"), refused="404 no_service")
    by_slack("email")
    assert desk.deliver().handed_on == 1
    assert hooks.requests == []


def test_an_address_in_a_private_network_refuses(desk: ChannelDesk, addresses: Addresses, settings: Any):
    settings.WEBHOOK_NETWORKS = []
    by_slack("email")
    assert desk.deliver() == delivery.Report(sent=1, handed_on=1)
    assert addresses.has_refused == [("slack", VERA, "the address leads into a private network")]


def test_a_server_that_fails_is_tried_three_times_within_a_minute(hooks: HookServer, desk: ChannelDesk, smtp: Any):
    hooks.answer(503, "down")
    row, at, tries = by_slack("email"), NOW, 0
    while not smtp.messages:
        desk.deliver(at)
        tries += 1
        at = read(row).next_try_at or at
    assert (tries, len(hooks.requests)) == (3, 3)
    assert at - NOW <= timedelta(seconds=45)
    assert read(row).tried[0]["reason"] == "503 down"


def test_a_server_that_asks_for_patience_gets_it(hooks: HookServer, desk: ChannelDesk):
    hooks.answer(429, "slow down", retry_after="30")
    first, second = by_webhook("email", urgent=True), by_webhook("email")
    assert desk.deliver() == delivery.Report(retried=2)
    assert len(hooks.requests) == 1, "the second knows already"
    assert read(first).next_try_at == read(second).next_try_at == NOW + timedelta(seconds=30)
    hooks.answer(429, retry_after="600")
    assert desk.deliver(NOW + timedelta(seconds=30)).handed_on == 1, "what is urgent waits no ten minutes"
    assert read(second).next_try_at == NOW + timedelta(seconds=630)


def test_an_answer_that_breaks_our_libraries_costs_its_own_message_a_try_and_no_other(
    hooks: HookServer, desk: ChannelDesk, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
):
    def breaks(*args: Any, **options: Any) -> Any:
        raise OverflowError("a number of theirs")

    monkeypatch.setattr("templates_app.outgoing.post", breaks)
    first, second = by_slack("email"), by_webhook("email")
    assert desk.deliver() == delivery.Report(retried=2)
    assert "a number of theirs" in read(first).reason
    assert not read(second).lease


def test_a_host_that_is_away_rests_alone_and_costs_the_others_nothing(
    hooks: HookServer, desk: ChannelDesk, addresses: Addresses, smtp: MailServer
):
    away = HookServer()
    away.stop()
    addresses.known[("slack", VERA)] = Target(away.url())
    by_slack("email")
    by_slack(to="casey@desk.example", user_id=CASEY)
    assert desk.deliver() == delivery.Report(sent=2, handed_on=1)
    rests = ChannelBreaker.objects.get(failures__gt=0)
    assert (rests.channel, rests.open_until) == (f"slack:127.0.0.1:{away.port}", NOW + timedelta(seconds=30))
    assert len(hooks.to("/casey")) == 1


def test_a_server_that_hangs_holds_up_neither_mail_nor_the_pass(
    hooks: HookServer, desk: ChannelDesk, smtp: MailServer, settings: Any
):
    settings.WEBHOOK_TIMEOUT = 0.2
    hooks.hang()
    for _ in range(20):
        by_webhook("email")
    queue("casey@desk.example")
    report = desk.deliver()
    assert len(hooks.requests) == 1, "one request found out for all"
    assert report.handed_on == 20
    assert len(smtp.messages) == 2, "Casey's, and all of Vera's in one"


def test_a_message_for_slack_alone_is_tried_eight_times_and_fails(hooks: HookServer, desk: ChannelDesk):
    hooks.answer(500)
    row, at = by_slack(), NOW
    while read(row).state == "queued":
        at = read(row).next_try_at or at
        desk.deliver(at)
    assert len(hooks.requests) == 8
    assert (read(row).state, desk.failed) == ("dead", [row.pk])


def test_who_tests_an_address_hears_at_once_that_it_fails(hooks: HookServer, desk: ChannelDesk):
    hooks.answer(500, "oops")
    row = by_slack(kind="test", context={"path": "/settings/"})
    assert desk.deliver() == delivery.Report(dead=1)
    assert read(row).reason == "500 oops"
