"""What people chose for a severity, the desk's Slack room, and what addresses answer: from the verb to the wire."""

from datetime import datetime, time, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from contacts.models import ChannelAddress, Contact, User
from escalations.checklist import State, checklist_of
from escalations.checklist_facts import Facts
from escalations.delivery import deliver
from escalations.models import Ticket
from templates_app.models import Notification
from tests.hooks import HookServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hooks(settings: Any) -> Any:
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = True, [ip_network("127.0.0.0/8")]
    settings.SLACK_WEBHOOK_URL = ""
    server = HookServer()
    yield server
    server.stop()


@pytest.fixture
def room(hooks: HookServer, settings: Any) -> HookServer:
    settings.SLACK_WEBHOOK_URL = hooks.url("/room")
    return hooks


@pytest.fixture
def lead(hooks: HookServer) -> User:
    """Stands on level 2; reads Slack, and P3 in the app alone."""
    user = User.objects.create(username="lena", first_name="Lena", email="lena@desk.example")
    user.channels = {"P1": ["slack"], "P2": ["slack", "webhook"], "P3": [], "P4": "nonsense"}
    user.save()
    ChannelAddress.objects.create(user=user, channel="slack", url=hooks.url("/lena"))
    return user


@pytest.fixture
def on_level_2(protocol: None, lead: User) -> User:
    Contact.objects.filter(level="2").update(user=lead, name="", email="")
    return lead


def rows(user: User, **which: Any) -> list[Notification]:
    return list(Notification.objects.filter(user_id=user.pk, **which).order_by("pk"))


def test_the_choice_for_the_severity_is_the_way_of_the_message(log_issue, on_level_2, lead):
    for severity in ("P1", "P2"):
        log_issue(severity)
    assert [(row.channel, row.channels) for row in rows(lead)] == [
        ("slack", ["email"]),
        ("slack", ["webhook", "email"]),
    ]


def test_in_the_app_alone_nothing_leaves_but_what_escalates(log_issue, on_level_2, lead, bob, smtp, at):
    ticket = log_issue("P3", owner=None)
    ticket.assign(owner=lead, by=bob, at=at)
    [assigned] = rows(lead)
    assert (assigned.channel, assigned.state, assigned.sent_at, assigned.read_at) == ("app", "sent", at, None)
    ticket.escalate(reason="Help.", level=2, by=bob, at=at + timedelta(minutes=1))
    escalated = rows(lead)[-1]
    assert (escalated.channel, escalated.state) == ("email", "queued")
    deliver(at + timedelta(minutes=2))
    assert len(smtp.to(lead.email)) == 1


def test_quiet_hours_hold_every_channel(log_issue, on_level_2, lead, at):
    lead.quiet_from, lead.quiet_until, lead.time_zone = time(9), time(18), "UTC"
    lead.save()
    log_issue("P2")
    log_issue("P1")
    held, goes = rows(lead)
    assert (held.channel, held.held_until, held.next_try_at) == ("slack", at.replace(hour=18), at.replace(hour=18))
    assert (goes.channel, goes.held_until) == ("slack", None)


def test_who_stood_down_hears_it_by_the_same_way(log_issue, on_level_2, lead, bob, at):
    ticket = log_issue("P1", owner=bob)
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=bob, at=at + timedelta(minutes=5))
    assert [(row.kind, row.channel) for row in rows(lead)] == [("opened", "slack"), ("resolved", "slack")]


def test_slack_takes_a_p1_and_the_rung_is_told(log_issue, on_level_2, lead, hooks, smtp, at):
    ticket = log_issue("P1")
    deliver(at + timedelta(seconds=1))
    assert len(hooks.to("/lena")) == 1
    assert smtp.to(lead.email) == []
    rung = ticket.escalations.get(level="2")
    assert rung.notified_at == rung.delivered_at == at + timedelta(seconds=1)
    assert ChannelAddress.objects.get().proved_at == at + timedelta(seconds=1)


def test_what_slack_refuses_comes_by_mail_in_the_same_pass(log_issue, on_level_2, lead, hooks, smtp, at):
    hooks.answer(404, "no_service")
    ticket = log_issue("P1")
    deliver(at + timedelta(seconds=1))
    [mail] = smtp.to(lead.email)
    [row] = rows(lead)
    assert mail["Message-ID"].startswith(f"<{row.idem}@")
    assert ticket.escalations.get(level="2").notified_at
    address = ChannelAddress.objects.get()
    assert (address.refused_at, address.refused_reason) == (at + timedelta(seconds=1), "404 no_service")
    assert not ticket.events.filter(kind="unreachable").exists()


def test_a_mailbox_that_refuses_turns_red_though_slack_took_the_message(
    log_issue, on_level_2, lead, hooks, smtp, admin, at
):
    lead.channels = {"P1": ["email", "slack"]}
    lead.save()
    smtp.refuse(lead.email)
    ticket = log_issue("P1")
    deliver(at + timedelta(seconds=1))
    assert len(hooks.to("/lena")) == 1
    assert Contact.objects.get(level="2").unreachable_since == at + timedelta(seconds=1)
    assert ticket.escalations.get(level="2").notified_at
    assert not ticket.events.filter(kind="unreachable").exists()
    assert "is refused" in rows(admin, kind="admin")[-1].context["problem"]


def test_with_all_channels_gone_the_next_position_is_told_once(log_issue, on_level_2, lead, hooks, smtp, at):
    Contact.objects.create(level="2", position=1, title="Deputy", name="Dee", email="dee@desk.example")
    hooks.answer(410)
    smtp.refuse(lead.email)
    ticket = log_issue("P1")
    for seconds in (1, 3, 5):
        deliver(at + timedelta(seconds=seconds))
    assert len(smtp.to("dee@desk.example")) == 1
    assert ticket.events.filter(kind="unreachable").count() == 1


# --- the room --------------------------------------------------------------------------------------------------------


def said_in(room: HookServer) -> list[str]:
    return [request.json["text"] for request in room.to("/room")]


def test_the_room_hears_once_of_each_event_of_a_p1(log_issue, room, smtp, casey, vera, at):
    ticket = log_issue("P1")
    steps: list[tuple[int, Any]] = [
        (2, lambda when: ticket.escalate(reason="Their board asks.", by=casey, at=when)),
        (4, lambda when: ticket.take(by=vera, at=when)),
        (6, lambda when: ticket.note(text="Looking.", by=casey, at=when)),
        (8, lambda when: ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=when)),
    ]
    deliver(at)
    for minutes, step in steps:
        step(at + timedelta(minutes=minutes))
        deliver(at + timedelta(minutes=minutes))
    assert [words.rpartition(" – ")[2] for words in said_in(room)] == [
        "new, answer by 10:15 UTC", "escalated to level 4", "Vera has it", "resolved",
    ]  # fmt: skip
    assert "Person 4" in room.to("/room")[1].body.decode()


def test_the_room_hears_nothing_of_a_p3_and_nobody_of_a_room_that_is_not_set(log_issue, room, settings, at):
    log_issue("P3")
    assert not Notification.objects.filter(kind="room").exists()
    settings.SLACK_WEBHOOK_URL = ""
    log_issue("P1")
    assert not Notification.objects.filter(kind="room").exists()


def test_a_room_that_is_gone_disturbs_no_ticket_and_is_told_to_the_administrators(log_issue, room, smtp, admin, at):
    room.answer(404, "no_service")
    ticket = log_issue("P1")
    deliver(at + timedelta(seconds=1))
    assert not ticket.events.filter(kind="unreachable").exists()
    [alert] = rows(admin, kind="admin")
    assert "Slack room takes no messages: 404 no_service" in alert.context["problem"]


def test_the_room_ticks_the_line_of_the_checklist_where_nobody_else_was_told(log_issue, room, smtp, at):
    Contact.objects.all().delete()
    ticket = log_issue("P2", owner=None)
    line = _line(ticket)
    assert line.state != State.DONE
    deliver(at + timedelta(seconds=1))
    assert _line(ticket).state == State.DONE


def _line(ticket: Ticket) -> Any:
    fresh = Ticket.objects.get(pk=ticket.pk)
    return next(item for item in checklist_of(fresh, Facts.of(fresh)) if item.key == "notify-team")


def test_the_choice_of_an_administrator_holds_for_alerts(protocol, log_issue, hooks, admin: User, at: datetime):
    admin.channels = {"P1": []}
    admin.save()
    Contact.objects.filter(level__in=("2", "3")).update(email="")
    log_issue("P1")
    assert {row.channel for row in rows(admin, kind="admin")} == {"email"}, "an alert is no matter for the app alone"


def test_who_does_something_about_an_issue_has_read_what_they_were_told_of_it(log_issue, on_level_2, lead, casey, at):
    ticket, other = log_issue("P1"), log_issue("P1")
    ticket.note(text="On it.", by=lead, at=at + timedelta(minutes=1))
    assert {row.about: row.read_at for row in rows(lead)} == {
        ticket.number: at + timedelta(minutes=1),
        other.number: None,
    }
    assert {row.read_at for row in rows(casey)} == {None}
