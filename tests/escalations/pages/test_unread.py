"""What is news on a list: something that others did since one last looked."""

from datetime import timedelta

import pytest
from django.test import Client

from escalations.models import Visit

NEWS = "New since your last visit"


def is_unread(client, path="/?tab=team"):
    return NEWS in client.get(path).content.decode()


@pytest.fixture
def ticket(log_issue, desk, now):
    """Casey's, which she has looked at."""
    ticket = log_issue("P4")
    desk.get(ticket.get_absolute_url())
    now.minutes(1)
    return ticket


def test_what_is_mine_and_was_never_opened_is_news(desk, log_issue):
    ticket = log_issue()
    assert is_unread(desk)
    desk.get(ticket.get_absolute_url())
    assert not is_unread(desk)


def test_what_is_not_mine_and_was_never_opened_is_none(signed_in, bob, log_issue):
    log_issue()
    assert not is_unread(signed_in(bob))


def test_what_somebody_else_does_is_news_to_me(desk, ticket, bob, at):
    ticket.note(text="Have a look", by=bob, at=at + timedelta(seconds=30))
    assert is_unread(desk)
    assert is_unread(desk, "/tickets/")
    desk.get(ticket.get_absolute_url())
    assert not is_unread(desk)


def test_what_i_do_myself_is_none(desk, ticket, casey, at):
    ticket.note(text="Noted", by=casey, at=at + timedelta(seconds=30))
    assert not is_unread(desk)


def test_a_breach_is_news_and_a_warning_is_none(desk, log_issue, run, now):
    ticket = log_issue("P1")
    desk.get(ticket.get_absolute_url())
    now.minutes(12)
    run(12)
    assert not is_unread(desk)
    now.minutes(16)
    run(16)
    assert is_unread(desk)


def test_news_change_the_version_of_the_queue(desk, ticket, bob, at):
    version = desk.get("/").context["version"]
    ticket.note(text="Have a look", by=bob, at=at + timedelta(seconds=30))
    assert desk.get("/", {"v": version}, headers={"Fragment": "1"}).status_code == 200


def test_an_auditor_has_visits_too(signed_in, auditor, log_issue, casey, at, now):
    ticket, client = log_issue(), signed_in(auditor)
    client.get(ticket.get_absolute_url())
    ticket.note(text="More", by=casey, at=at + timedelta(seconds=30))
    assert is_unread(client)


def test_mark_all_read_is_about_this_list_only(desk, log_issue, casey, now):
    log_issue("P1")
    log_issue("P4")
    assert desk.post("/tickets/read/", {"list": "tab=mine&severity=P1"})["Location"] == "/?tab=mine&severity=P1"
    assert not is_unread(desk, "/?tab=mine&severity=P1")
    assert is_unread(desk, "/?tab=mine&severity=P4")
    assert Visit.objects.count() == 1


def test_a_stranger_marks_nothing(log_issue):
    log_issue()
    assert Client().post("/tickets/read/", {"list": "tab=mine"})["Location"].startswith("/accounts/login/")
    assert not Visit.objects.exists()


def test_an_issue_has_one_visit_however_often_it_is_opened(desk, ticket, casey, bob, now, at):
    ticket.note(text="Have a look", by=bob, at=at + timedelta(minutes=1))
    now.minutes(5)
    desk.get(ticket.get_absolute_url())
    assert Visit.objects.get(ticket=ticket, user=casey).at == at + timedelta(minutes=5)


def test_asking_only_for_the_head_is_no_visit(desk, log_issue):
    desk.head(log_issue().get_absolute_url())
    assert not Visit.objects.exists()
