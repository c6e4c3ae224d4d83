"""All that happened, at /tickets/ESC-1001/history/, and the news while a page is open."""

from datetime import timedelta

import pytest

from escalations.sweep import sweep
from tests.escalations.pages.test_queue import count_queries


@pytest.fixture
def ticket(log_issue):
    return log_issue()


def page(client, ticket, query=""):
    return client.get(f"{ticket.get_absolute_url()}history/{query}")


def test_every_event_with_its_exact_time_and_what_changed(desk, ticket, bob, at):
    ticket.edit(subject="Sign-in is down", reporter_name="Dana", by=bob, at=at + timedelta(minutes=3, seconds=7))
    html = page(desk, ticket).content.decode()
    assert "<b>10:03:07</b>" in html
    assert "<del>Nobody can sign in</del>" in html
    assert "<ins>Sign-in is down</ins>" in html
    assert "<b>Bob</b> edited the issue" in html


def test_a_breach_says_when_it_was_due_and_leads_to_its_mails(desk, ticket, at):
    sweep(at + timedelta(minutes=15, seconds=2))
    html = page(desk, ticket, "?show=clocks").content.decode()
    assert "due 23 Nov 10:15:00" in html
    assert "/outbox/" in html
    assert "Casey" in html


def test_kinds_can_be_shown_alone(desk, ticket, casey, at):
    ticket.note(text="A thought", by=casey, at=at)
    ticket.escalate(reason="Help", by=casey, at=at)
    shown = {name: page(desk, ticket, f"?show={name}").content.decode() for name in ("people", "ladder", "edits")}
    assert "A thought" in shown["people"]
    assert "A thought" not in shown["ladder"]
    assert "“Help”" in shown["ladder"] or "Help" in shown["ladder"]
    assert "logged the issue" in shown["edits"]


@pytest.mark.parametrize("query", ["?show=nonsense", "?page=999", "?page=x", "?show=people&page=-1"])
def test_odd_addresses_show_a_page(desk, ticket, query):
    assert page(desk, ticket, query).status_code == 200


def test_a_long_history_is_paged_and_costs_no_more_queries(desk, ticket, casey, at):
    path = f"{ticket.get_absolute_url()}history/"
    before = count_queries(desk, path)
    for n in range(60):
        ticket.note(text=f"note number {n}", by=casey, at=at)
    assert count_queries(desk, path) <= before <= 12
    assert "note number 1<" not in page(desk, ticket).content.decode()
    assert "note number 1<" in page(desk, ticket, "?page=2").content.decode()


def test_an_auditor_reads_and_a_stranger_does_not(signed_in, auditor, client, ticket):
    assert page(signed_in(auditor), ticket).status_code == 200
    assert page(client, ticket).status_code == 302


# -- news --------------------------------------------------------------------------------------------------------------


def news(client, ticket, since):
    return client.get(f"{ticket.get_absolute_url()}news/", {"since": since})


def test_no_news_is_nothing(desk, ticket, casey, at):
    newest = ticket.events.order_by("-pk").first().pk
    ticket.note(text="My own", by=casey, at=at)
    assert news(desk, ticket, newest).status_code == 204
    assert news(desk, ticket, "nonsense").status_code == 204


def test_what_others_do_is_told_in_a_line(desk, ticket, bob, at):
    newest = ticket.events.order_by("-pk").first().pk
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=bob, at=at)
    html = news(desk, ticket, newest).content.decode()
    assert "<b>Bob</b> resolved it" in html
    assert ">Show<" in html


def test_the_engines_doings_are_news_but_not_its_warnings(desk, ticket, at):
    newest = ticket.events.order_by("-pk").first().pk
    sweep(at + timedelta(minutes=12))
    assert news(desk, ticket, newest).status_code == 204
    sweep(at + timedelta(minutes=16))
    assert "First response overdue" in news(desk, ticket, newest).content.decode()


def test_a_stranger_hears_nothing(client, ticket):
    assert news(client, ticket, 0).status_code == 302


# -- the eye -----------------------------------------------------------------------------------------------------------


def test_the_eye_watches_and_lets_go(desk, ticket, casey):
    path = ticket.get_absolute_url()
    assert 'aria-pressed="false"' in desk.get(path).content.decode()
    assert desk.post(f"{path}watch/").status_code == 302
    assert 'aria-pressed="true"' in desk.get(path).content.decode()
    fragment = desk.post(f"{path}unwatch/", headers={"Fragment": "eye"})
    assert fragment.status_code == 200
    assert 'aria-pressed="false"' in fragment.content.decode()
    assert not ticket.watches.exists()


def test_who_only_reads_does_not_watch(signed_in, auditor, client, ticket):
    assert signed_in(auditor).post(f"{ticket.get_absolute_url()}watch/").status_code == 403
    assert client.post(f"{ticket.get_absolute_url()}watch/").status_code == 302
    assert not ticket.watches.exists()


def test_names_for_mentions_are_for_people_of_the_desk(desk, client, bob):
    assert desk.get("/people/").json()["people"] == [["bob", "Bob"]]  # nobody calls themselves
    assert client.get("/people/").status_code == 302
