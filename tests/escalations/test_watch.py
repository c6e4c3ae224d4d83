"""Following an issue without working on it."""

from datetime import timedelta

import pytest

from escalations.models import Severity, Watch
from escalations.sweep import sweep
from templates_app.mail import compose
from templates_app.models import Notification
from tests.escalations.test_sweep_performance import statements


@pytest.fixture
def watched(log_issue, bob, at):
    ticket = log_issue()
    ticket.watch(by=bob, at=at)
    return ticket


def to_bob(kind=None):
    messages = Notification.objects.filter(to_address="bob@desk.example")
    return [m.kind for m in (messages.filter(kind=kind) if kind else messages).order_by("pk")]


def test_watching_twice_is_watching(watched, bob, at):
    watched.watch(by=bob, at=at)
    assert Watch.objects.filter(ticket=watched, user=bob).count() == 1
    watched.unwatch(by=bob, at=at)
    watched.unwatch(by=bob, at=at)
    assert not Watch.objects.exists()


def test_watchers_hear_of_what_matters(watched, casey, at):
    steps = [
        lambda: watched.send_update(summary="Found it", next_steps="Fix", by=casey, at=at),
        lambda: watched.change_severity(severity=Severity.objects.get(pk="P2"), reason="Better", by=casey, at=at),
        lambda: watched.escalate(reason="We need a decision", by=casey, at=at),
        lambda: watched.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at),
        lambda: watched.reopen(reason="Not quite", by=casey, at=at),
    ]
    for number, step in enumerate(steps, 1):
        step()
        assert to_bob() == ["watching"] * number


def test_watchers_hear_of_a_breach(watched, at):
    sweep(at + timedelta(minutes=16))
    assert to_bob() == ["watching"]
    mail = compose([Notification.objects.get(to_address="bob@desk.example")], at=at + timedelta(minutes=16))
    assert "because you watch the issue" in mail.text
    assert "/a/" not in mail.text


def test_notes_assignments_and_warnings_are_no_news_to_a_watcher(watched, casey, vera, at):
    watched.note(text="A thought", by=casey, at=at)
    watched.assign(owner=vera, by=casey, at=at)
    sweep(at + timedelta(minutes=12))
    assert to_bob() == []


def test_the_doer_is_not_told(watched, bob, at):
    watched.send_update(summary="Found it", next_steps="Fix", by=bob, at=at)
    assert to_bob() == []


def test_whoever_is_told_anyway_gets_one_mail(watched, bob, casey, at):
    watched.assign(owner=bob, by=casey, at=at)
    Notification.objects.all().delete()
    sweep(at + timedelta(minutes=16))
    assert to_bob() == ["breach"]


def test_people_who_left_hear_nothing(watched, bob, casey, at):
    bob.is_active = False
    bob.save()
    watched.send_update(summary="Found it", next_steps="Fix", by=casey, at=at)
    assert to_bob() == []


def test_the_mail_names_the_news_and_who_made_it(watched, casey, at):
    watched.send_update(summary="Found it", next_steps="Fix", by=casey, at=at)
    mail = compose([Notification.objects.get(kind="watching")], at=at)
    assert mail.subject.endswith("– The customer was updated")
    assert "by Casey" in mail.text
    assert "Found it" in mail.text


def test_a_sweep_asks_for_all_watchers_at_once(log_issue, bob, vera, at):
    for _ in range(2):
        log_issue("P1").watch(by=bob, at=at)
    few = statements(at + timedelta(hours=5))
    for _ in range(10):
        ticket = log_issue("P1", at=at + timedelta(hours=5))
        ticket.watch(by=bob, at=at)
        ticket.watch(by=vera, at=at)
    assert statements(at + timedelta(hours=10)) <= few
