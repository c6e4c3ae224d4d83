"""Two people at the same ticket: the second is told what happened, and keeps what was typed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from escalations.meanwhile import since
from escalations.models import Event, Severity
from tests.escalations.pages.test_ticket import act

WORDS = {"summary": "We are restarting it", "next_steps": "Then we check"}


@pytest.fixture
def ticket(log_issue):
    return log_issue()


def seen(ticket):
    """What a page that is made now carries along."""
    return ticket.events.order_by("-pk").first().pk


def edit(client, ticket, **changed):
    fields = {"subject": "Nobody can sign in", "description": "", "customer": ticket.customer_id}
    return act(client, ticket, "edit", **(fields | changed))


def test_an_update_after_somebody_elses_update_is_held_back(desk, ticket, bob, at):
    before = seen(ticket)
    ticket.send_update(summary="It is the certificate", next_steps="Replace it", by=bob, at=at)
    response = act(desk, ticket, "send_update", seen=before, **WORDS)
    assert response.status_code == 409
    html = response.content.decode()
    assert "<b>Bob</b> updated the customer" in html
    assert "It is the certificate" in html
    assert "We are restarting it" in html
    assert ticket.events.filter(kind="update_sent").count() == 1


def test_sent_again_it_goes_through(desk, ticket, bob, at):
    before = seen(ticket)
    ticket.send_update(summary="It is the certificate", next_steps="Replace it", by=bob, at=at)
    response = act(desk, ticket, "send_update", seen=before, **WORDS)
    again = response.context["bound"].seen
    assert again == seen(ticket)
    assert act(desk, ticket, "send_update", seen=again, **WORDS).status_code == 302


def test_ones_own_doings_are_no_news(desk, ticket, casey, at):
    before = seen(ticket)
    ticket.send_update(summary="First", next_steps="Then", by=casey, at=at)
    assert act(desk, ticket, "send_update", seen=before, **WORDS).status_code == 302


def test_what_does_not_matter_to_a_form_does_not_stop_it(desk, ticket, bob, at):
    before = seen(ticket)
    ticket.note(text="A thought", by=bob, at=at)
    ticket.assign(owner=bob, by=bob, at=at)
    assert act(desk, ticket, "send_update", seen=before, **WORDS).status_code == 302


@pytest.mark.parametrize(
    ("verb", "data", "theirs"),
    [
        ("assign", {"owner": "self"}, lambda t, by, at: t.assign(owner=by, by=by, at=at)),
        (
            "change_severity",
            {"severity": "P3", "reason": "Small"},
            lambda t, by, at: t.change_severity(severity=Severity.objects.get(pk="P2"), reason="x", by=by, at=at),
        ),
        ("take", {}, lambda t, by, at: t.take(by=by, at=at)),
        ("escalate", {"reason": "Help"}, lambda t, by, at: t.escalate(reason="Help us", by=by, at=at)),
        (
            "resolve",
            {"root_cause": "a", "solution": "b", "prevention": "c"},
            lambda t, by, at: t.wait(reason="Their log", by=by, at=at),
        ),
    ],
)
def test_every_verb_knows_what_stands_against_it(desk, ticket, bob, casey, at, verb, data, theirs):
    before = seen(ticket)
    theirs(ticket, bob, at + timedelta(seconds=5))
    data = {name: casey.pk if value == "self" else value for name, value in data.items()}
    response = act(desk, ticket, verb, seen=before, **data)
    assert response.status_code == 409
    assert "Something happened meanwhile" in response.content.decode()


def test_where_the_state_forbids_it_both_are_said(desk, ticket, bob, at):
    before = seen(ticket)
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=bob, at=at)
    response = act(desk, ticket, "send_update", seen=before, **WORDS)
    html = response.content.decode()
    assert response.status_code == 409
    assert "That was not done" in html
    assert "<b>Bob</b> resolved it" in html
    assert "We are restarting it" in html


def test_the_same_field_edited_in_two_ways_shows_both(desk, ticket, bob, at):
    before = seen(ticket)
    ticket.edit(subject="Sign-in is down in the EU", by=bob, at=at)
    response = edit(desk, ticket, seen=before, subject="Login broken")
    html = response.content.decode()
    assert response.status_code == 409
    for words in ("Theirs", "Sign-in is down in the EU", "Yours", 'value="Login broken"'):
        assert words in html, words
    assert edit(desk, ticket, seen=response.context["form"].seen, subject="Login broken").status_code == 302
    ticket.refresh_from_db()
    assert ticket.subject == "Login broken"


def test_different_fields_edited_by_two_people_are_put_together(desk, ticket, bob, at):
    before = seen(ticket)
    ticket.edit(subject="Sign-in is down in the EU", by=bob, at=at)
    assert edit(desk, ticket, seen=before, description="Since the deploy").status_code == 302
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.description) == ("Sign-in is down in the EU", "Since the deploy")


def test_the_untouched_fields_of_a_clash_show_theirs(desk, ticket, bob, at):
    before = seen(ticket)
    ticket.edit(subject="Sign-in is down in the EU", description="Their words", by=bob, at=at)
    response = edit(desk, ticket, seen=before, subject="Login broken")
    assert "Their words</textarea>" in response.content.decode()


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40, "²", "1 OR 1=1", "999999999999"])
def test_whatever_a_page_says_that_it_has_seen_nothing_breaks(ticket, bob, value):
    assert since(ticket, bob, value, ["opened"]) == []


def test_every_form_of_a_ticket_carries_what_its_page_has_seen(desk, ticket):
    newest = f'name="seen" value="{Event.objects.filter(ticket=ticket).order_by("-at", "-pk").first().pk}"'
    for verb in ("acknowledge", "assign", "change_severity", "escalate", "resolve", "edit", "wait"):
        assert newest in desk.get(f"{ticket.get_absolute_url()}{verb}/").content.decode(), verb


def test_an_auditor_and_a_stranger_learn_and_change_nothing(signed_in, auditor, client, ticket):
    assert edit(signed_in(auditor), ticket, subject="Mine").status_code == 403
    assert edit(client, ticket, subject="Mine").status_code == 302
    ticket.refresh_from_db()
    assert ticket.subject == "Nobody can sign in"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_the_same_time_one_is_told(signed_in, log_issue, casey, bob):
    ticket = log_issue()
    before, clients = seen(ticket), [signed_in(casey), signed_in(bob)]

    def press(client):
        try:
            return act(client, ticket, "send_update", seen=before, **WORDS).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, clients)) == [302, 409]
    assert ticket.events.filter(kind="update_sent").count() == 1
