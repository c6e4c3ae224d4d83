"""What waits for an executive: /escalated/, and the link of a mail at /a/<token>/."""

from datetime import timedelta

import pytest

from contacts.models import Contact
from escalations.links import take_token
from escalations.models import Escalation


@pytest.fixture
def told_vera(log_issue, vera):
    """A P1 of which the VP was told at once; her place in the matrix is linked with her account."""
    Contact.objects.get_or_create(level="3", position=0, team=None)
    Contact.objects.filter(level="3").update(user=vera, email=vera.email)
    ticket = log_issue("P1", description="Tills are offline")
    return ticket.escalations.get(level="3")


@pytest.fixture
def link(told_vera, vera):
    return f"/a/{take_token(told_vera, vera.email)}/"


def test_nothing_waits_and_the_page_says_so(signed_in, vera):
    assert "Nothing has climbed to you" in signed_in(vera).get("/escalated/").content.decode()


def test_what_was_told_waits_until_somebody_takes_it(signed_in, vera, told_vera):
    client = signed_in(vera)
    assert [row.ticket for row in client.get("/escalated/").context["told"]] == [told_vera.ticket]
    client.post(f"{told_vera.ticket.get_absolute_url()}take/")
    response = client.get("/escalated/")
    assert response.context["told"] == []
    assert [row.ticket for row in response.context["mine"]] == [told_vera.ticket]


def test_opening_the_link_takes_nothing(client, link, now, told_vera):
    html = client.get(link).content.decode()
    assert "Tills are offline" in html
    assert "I have it" in html
    told_vera.refresh_from_db()
    assert told_vera.taken_at is None


def test_the_link_takes_without_a_sign_in_and_twice_is_once(client, link, now, told_vera, vera):
    for _ in range(2):
        assert client.post(link, {"do": "take"}).status_code == 302
    told_vera.refresh_from_db()
    assert told_vera.taken_by == vera
    assert told_vera.ticket.events.filter(kind="taken").count() == 1
    html = client.get(link).content.decode()
    assert "You have it." in html
    assert 'value="take"' not in html


def test_handing_over_tells_the_next_level(client, link, now, told_vera):
    assert client.post(link, {"do": "hand_over", "reason": ""}).status_code == 400
    assert client.post(link, {"do": "hand_over", "reason": "Out of office"}).status_code == 302
    told_vera.ticket.refresh_from_db()
    assert told_vera.ticket.level == 4
    assert Escalation.objects.get(level="4").reason == "Out of office"


def test_a_resolved_issue_needs_nothing_any_more(client, link, now, told_vera, casey, at):
    told_vera.ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at)
    assert "Nothing any more" in client.get(link).content.decode()
    response = client.post(link, {"do": "take"})
    assert response.status_code == 409
    assert "That was not done" in response.content.decode()


def test_an_expired_link_explains_itself(client, link, now):
    now.minutes(8 * 24 * 60)
    response = client.get(link)
    assert response.status_code == 410
    assert "expired" in response.content.decode()


@pytest.mark.parametrize("spoil", [lambda token: token[:-3] + "abc", lambda token: "x", lambda token: token[8:]])
def test_an_altered_link_does_nothing(client, link, now, told_vera, spoil):
    response = client.post(f"/a/{spoil(link.split('/')[2])}/", {"do": "take"})
    assert response.status_code in (404, 410)
    told_vera.refresh_from_db()
    assert told_vera.taken_at is None


def test_a_link_for_somebody_else_is_refused(client, now, told_vera):
    response = client.post(f"/a/{take_token(told_vera, 'stranger@evil.example')}/", {"do": "take"})
    assert response.status_code == 410
    told_vera.refresh_from_db()
    assert told_vera.taken_at is None


def test_somebody_without_an_account_takes_under_their_name(client, now, log_issue, run, at):
    ticket = log_issue("P1")
    now.minutes(31)
    run(31)
    escalation = (
        ticket.escalations.get(level="5") if ticket.escalations.filter(level="5") else ticket.escalations.get(level="4")
    )
    client.post(f"/a/{take_token(escalation, escalation.contacts[0]['email'])}/", {"do": "take"})
    ticket.refresh_from_db()
    assert ticket.taken_by is None
    assert ticket.taken_by_name == escalation.contacts[0]["name"]
    assert ticket.held_until == at + timedelta(minutes=31 + 15)
