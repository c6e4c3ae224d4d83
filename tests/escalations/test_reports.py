"""What a mail provider reports, through its real webhooks: bodies of Postmark and Mailgun, in any order and number."""

import hashlib
import hmac
import itertools
import json
import threading
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from contacts.models import Contact, User
from contacts.models.channels import ChannelAddress
from escalations import proof
from escalations.delivery import deliver
from escalations.models import Escalation
from templates_app.models import DeliveryReport, Notification

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "reports:a-long-enough-secret"
KEY = "key-of-mailgun"
NAME = "883953f4-6105-42a2-a16a-77a8eac79483"


@pytest.fixture
def frozen(at):
    with time_machine.travel(at + timedelta(minutes=1), tick=False) as traveller:
        yield traveller


@pytest.fixture
def provide(settings, frozen):
    """From here on mail goes through this provider; before, through the test's own server."""

    def choose(name: str, **keys: str) -> None:
        settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
        settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, **keys}

    return choose


@pytest.fixture
def postmark(provide):
    def post(record: str, **more: Any) -> int:
        body = {"RecordType": record, "MessageID": NAME, "Recipient": "level-3@desk.example", "Metadata": {}} | more
        return call("postmark/tracking/", json.dumps(body))

    return post


def call(path: str, body: Any, secret: str = SECRET) -> int:
    signed = {"HTTP_AUTHORIZATION": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
    return Client().post(f"/mail/{path}", body, content_type="application/json", **signed).status_code


@pytest.fixture
def sent(log_issue, smtp, provide, at):
    """The P1's message to the VP, which has left; the provider, Postmark, knows it as NAME."""
    ticket = log_issue()
    deliver(at)
    provide("postmark", POSTMARK_SERVER_TOKEN="x")
    row = Notification.objects.get(about=ticket.number, to_address="level-3@desk.example")
    Notification.objects.filter(pk=row.pk).update(provider_id=NAME)
    return row


BOUNCE = {
    "ID": 42,
    "Type": "HardBounce",
    "TypeCode": 1,
    "Name": "Hard bounce",
    "Email": "level-3@desk.example",
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 no such mailbox",
    "BouncedAt": "2026-11-23T10:00:40Z",
}
DELIVERY = {"DeliveredAt": "2026-11-23T10:00:20Z", "Details": "250 OK"}
OPEN = {"ReceivedAt": "2026-11-23T10:00:30Z", "FirstOpen": True, "Platform": "Mobile"}


def facts(row: Notification) -> tuple[Any, ...]:
    row.refresh_from_db()
    told = Escalation.objects.get(pk=row.escalation_id)
    return row.state, row.delivered_at, row.opened_at, told.delivered_at, told.seen_at, len(told.contacts)


def test_delivered_and_opened_are_kept_with_their_times_in_either_order(postmark, sent, at):
    for record, more in (("Open", OPEN), ("Delivery", DELIVERY), ("Open", OPEN), ("Delivery", DELIVERY)):
        assert postmark(record, **more) == 200
    delivered, opened = at + timedelta(seconds=20), at + timedelta(seconds=30)
    assert facts(sent) == ("sent", delivered, opened, delivered, opened, 1)
    assert DeliveryReport.objects.count() == 2


def test_any_order_and_any_number_comes_to_the_same(postmark, sent, at):
    """The rung's second position is told once, at the first word of the bounce, whatever comes before and after."""
    Contact.objects.create(level="3", position=1, title="Deputy VP", name="Dee", email="dee@desk.example")
    told = [("Bounce", BOUNCE), ("Delivery", DELIVERY), ("Open", OPEN)]
    outcomes = set()
    for order in itertools.permutations(told):
        for record, more in (*order, *order):
            assert postmark(record, **more) == 200
        outcomes.add(facts(sent))
        assert Notification.objects.filter(to_address="dee@desk.example", kind="opened").count() == 1
        DeliveryReport.objects.all().delete()
        Notification.objects.filter(pk=sent.pk).update(
            state="sent", reason="", delivered_at=None, opened_at=None
        )  # passed_on_at stays: it was passed on once
        Escalation.objects.filter(pk=sent.escalation_id).update(delivered_at=None, seen_at=None)
    assert outcomes == {("bounced", None, at + timedelta(seconds=30), None, at + timedelta(seconds=30), 2)}
    assert Contact.objects.get(level="3", position=0).unreachable_reason.endswith("550 5.1.1 no such mailbox")


def test_a_report_that_is_quicker_than_our_own_mark_counts_in_the_next_pass(postmark, sent, at):
    Notification.objects.filter(pk=sent.pk).update(
        state="queued", sent_at=None, lease="x", lease_until=at + timedelta(minutes=2), next_try_at=at
    )
    assert postmark("Bounce", **BOUNCE) == 200
    assert facts(sent)[0] == "queued"
    Notification.objects.filter(pk=sent.pk).update(state="sent", sent_at=at, lease="", lease_until=None)
    assert proof.catch_up(at + timedelta(minutes=2)) == 1
    assert facts(sent)[0] == "bounced"
    assert Escalation.objects.filter(level="4").exists(), "with no backup on the rung the next one is told"


def test_a_complaint_turns_the_address_red_and_tells_the_administrators_but_nobody_else(postmark, sent, admin):
    assert postmark("SpamComplaint", **(BOUNCE | {"Type": "SpamComplaint"})) == 200
    assert facts(sent)[0] == "sent"
    assert Contact.objects.get(level="3").unreachable_since
    alert = Notification.objects.get(kind="admin", to_address=admin.email)
    assert "level-3@desk.example" in alert.context["problem"]
    assert not Escalation.objects.filter(level="4").exists()


def test_an_address_that_was_proved_since_stays_as_it_is(postmark, sent, at):
    Contact.objects.filter(level="3").update(proved_at=at + timedelta(seconds=30), proved_how="drill")
    assert postmark("Bounce", **BOUNCE) == 200
    assert Contact.objects.get(level="3").unreachable_since is None


def mailgun(event: str, name: str, *, key: str = KEY, **more: Any) -> int:
    stamp, token = "1795428060", f"{event:x<50}"
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    data = {"event": event, "timestamp": 1795428020.5, "recipient": "level-3@desk.example", "tags": []} | more
    data["message"] = {"headers": {"message-id": name, "to": "Person 3 <level-3@desk.example>"}}
    body = {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": data}
    return call("mailgun/tracking/", json.dumps(body))


def test_mailgun_signs_and_knows_the_message_by_our_own_message_id(provide, sent):
    provide("mailgun", MAILGUN_API_KEY="x", MAILGUN_WEBHOOK_SIGNING_KEY=KEY)
    Notification.objects.filter(pk=sent.pk).update(provider_id="")
    name = f"{sent.idem}@desk.example"
    assert mailgun("delivered", name, key="forged") == 400
    assert not DeliveryReport.objects.exists()
    assert mailgun("failed", name, severity="temporary", **{"delivery-status": {"message": "451 busy"}}) == 200
    assert facts(sent)[0] == "sent"
    status = {"delivery-status": {"code": 550, "message": "no such user", "description": ""}}
    assert mailgun("failed", name, severity="permanent", reason="bounce", **status) == 200
    assert facts(sent)[0] == "bounced"
    assert list(DeliveryReport.objects.order_by("pk").values_list("kind", "reason")) == [
        ("deferred", "451 busy"),
        ("bounced", "no such user"),
    ]


@pytest.mark.parametrize(
    "closed", [{"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}, {"ANYMAIL": {}}, {}]
)
def test_the_address_is_not_there_without_a_provider_and_a_secret(db, provide, settings, closed):
    provide("postmark")
    for name, value in closed.items():
        setattr(settings, name, value)
    path = "postmark/tracking/" if closed else "mailgun/tracking/"
    assert call(path, "{}") == 404
    assert Client().get(f"/mail/{path}").status_code == 404


def test_nobody_reports_without_the_secret(sent):
    for secret in ("", "reports:wrong"):
        body = {"RecordType": "Bounce", "MessageID": NAME} | BOUNCE
        assert call("postmark/tracking/", json.dumps(body), secret) == 400
    assert facts(sent)[0] == "sent"


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "7", '"x"', "{}", "[" * 9000, b"\xff\xfe\x00", '{"RecordType": 5}',
     '{"RecordType": "Bounce"}',
     '{"RecordType": "Delivery", "MessageID": 7, "DeliveredAt": "yesterday", "Recipient": {"a": "\\u0000\\ud800"}}',
     '{"RecordType": "Open", "MessageID": null, "Metadata": 3}', '{"RecordType": "Inbound"}'],
)  # fmt: skip
def test_a_broken_body_is_never_our_fault(provide, body):
    provide("postmark")
    assert call("postmark/tracking/", body) in (200, 400)


def test_what_is_broken_does_not_hide_what_is_not(provide, sent):
    provide("mailjet", MAILJET_API_KEY="x", MAILJET_SECRET_KEY="x")
    Notification.objects.filter(pk=sent.pk).update(provider_id="1234")
    good = {"event": "sent", "time": 1795428010, "MessageID": 1234, "email": "level-3@desk.example"}
    assert call("mailjet/tracking/", json.dumps([{"event": "sent", "time": "soon"}, 7, good, None])) == 200
    assert facts(sent)[1]


def test_two_reports_at_the_same_moment_pass_the_message_on_once(postmark, sent, at):
    Contact.objects.create(level="3", position=1, title="Deputy VP", name="Dee", email="dee@desk.example")
    codes: list[int] = []

    def report(**more: Any) -> None:
        try:
            codes.append(postmark("Bounce", **(BOUNCE | more)))
        finally:
            connection.close()

    other = {"Type": "BadEmailAddress"}  # another kind of failure: another report about the same message
    threads = [threading.Thread(target=report, kwargs=more) for more in ({}, other, {}, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [200] * 4
    assert facts(sent)[0] == "bounced"
    assert Notification.objects.filter(to_address="dee@desk.example", kind="opened").count() == 1
    assert sent_ticket_events(sent) == 1


def sent_ticket_events(row: Notification) -> int:
    return Escalation.objects.get(pk=row.escalation_id).ticket.events.filter(kind="unreachable").count()


# -- nothing proves that it arrived -----------------------------------------------------------------------------------


def test_what_no_server_takes_for_ten_minutes_is_passed_on_once_and_tried_on(log_issue, smtp, at):
    Contact.objects.create(level="3", position=1, title="Deputy VP", name="Dee", email="dee@desk.example")
    ticket = log_issue()
    smtp.refuse("level-3@desk.example", "451 4.7.1 come back later")
    for minutes in (0, 1, 5, 9.9):
        deliver(at + timedelta(minutes=minutes))
    assert not smtp.to("dee@desk.example")
    for minutes in (10, 11, 12):
        deliver(at + timedelta(minutes=minutes))
    assert len(smtp.to("dee@desk.example")) == 1
    event = ticket.events.get(kind="unreachable")
    assert event.data["how"] == "unproved"
    assert "come back later" in event.data["reason"]
    assert Contact.objects.get(level="3", position=0).unreachable_since is None, "late is not refused"
    smtp.accept("level-3@desk.example")
    deliver(at + timedelta(minutes=40))
    assert smtp.to("level-3@desk.example")


def test_with_reports_an_accepted_mail_that_nobody_reports_as_delivered_counts_as_failed(postmark, sent, at):
    told = Escalation.objects.filter(level="4")
    proof.watch(at + timedelta(minutes=11))
    assert not told.exists(), "a provider that never reported anything proves nothing by its silence"
    other = Notification.objects.get(to_address="level-2@desk.example")
    Notification.objects.filter(pk=other.pk).update(provider_id="other")
    assert postmark("Delivery", **(DELIVERY | {"MessageID": "other"})) == 200
    assert proof.watch(at + timedelta(minutes=9)) == 0
    assert proof.watch(at + timedelta(minutes=10)) == 1
    assert told.exists()
    assert proof.watch(at + timedelta(minutes=11)) == 0
    Notification.objects.filter(pk=sent.pk).update(passed_on_at=None)
    Escalation.objects.filter(pk=sent.escalation_id).update(taken_at=at, taken_by_name="Vera")
    assert proof.watch(at + timedelta(minutes=12)) == 0, "whoever took it has it"


def test_with_a_plain_server_an_accepted_mail_is_enough(log_issue, smtp, at):
    log_issue()
    deliver(at)
    assert proof.watch(at + timedelta(hours=1)) == 0


def test_whoever_has_another_channel_is_told_there_though_the_address_is_shut(postmark, sent, log_issue, vera, at):
    Contact.objects.filter(level="3").update(user=vera, email="")
    User.objects.filter(pk=vera.pk).update(channels={"P1": ["slack", "email"]})
    assert postmark("SpamComplaint", **(BOUNCE | {"Type": "SpamComplaint"})) == 200
    assert not log_issue(subject="Again").escalations.filter(level="3").exists(), "no channel but the shut one"
    ChannelAddress.objects.create(user=vera, channel="slack", url="https://hooks.slack.com/services/x")
    ticket = log_issue(subject="Once more")
    told = Notification.objects.get(about=ticket.number, escalation_id=ticket.escalations.get(level="3").pk)
    assert (told.channel, told.channels) == ("slack", ["email"])


def test_the_owner_is_told_once_that_a_mail_to_the_customer_came_back_and_the_issue_shows_it(postmark, sent, casey, at):
    sent.kind, sent.pk, sent.idem, sent.provider_id = "customer", None, "one.customer", "another-name"
    sent.to_name, sent.to_address, sent.context, sent.escalation_id = "Dana", "dana@acme.example", {}, None
    sent.subject, sent.text, sent.sent_at = "Update", "Hello", at
    sent.save()
    for _again in range(2):
        assert postmark("Bounce", **BOUNCE | {"Email": "dana@acme.example", "MessageID": "another-name"}) == 200
    told = Notification.objects.get(kind="returned")
    assert told.user_id == casey.pk
    reader = Client()
    reader.force_login(casey)
    page = reader.get(f"/inbox/{told.pk}/").content.decode()
    assert "came back" in page
    assert "dana@acme.example" in page
    assert "Dana could not be reached" in reader.get(f"/tickets/{told.about}/").content.decode()
