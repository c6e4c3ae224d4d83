"""What waits for an executive: /escalated/, and the link of a mail at /a/<token>/."""

from datetime import timedelta

import pytest

from contacts.models import Contact
from escalations.delivery import deliver
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
def link(now, told_vera, vera):
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


def test_opening_the_link_takes_nothing(client, link, now, told_vera, django_assert_max_num_queries):
    client.get("/accounts/login/")  # what is read once a process
    with django_assert_max_num_queries(12):
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


# -- what else can be done there --------------------------------------------------------------------------------------


def test_two_hours_by_the_link_are_given_once_however_often_it_is_pressed(client, link, now, told_vera, at):
    for _ in range(2):
        assert client.post(link, {"do": "hold"}).status_code == 302
    ticket = told_vera.ticket
    ticket.refresh_from_db()
    assert ticket.held_until == at + timedelta(hours=2)
    assert ticket.events.filter(kind="held").count() == 1
    html = client.get(link).content.decode()
    assert "nobody further up is told until 12:00" in html
    assert 'value="hold"' not in html
    now.minutes(121)
    response = client.post(link, {"do": "hold"})
    assert response.status_code == 409
    assert "that can be done once" in response.content.decode()


def test_the_wrong_person_says_so_once_and_reads_what_became_of_it(client, link, now, told_vera):
    for _ in range(2):
        assert client.post(link, {"do": "wrong_person"}).status_code == 302
    assert told_vera.ticket.events.filter(kind="unreachable").count() == 1
    assert Escalation.objects.get(level="4").cause == "wrong_person"
    html = client.get(link).content.decode()
    assert "You said that you are the wrong person" in html
    assert 'value="take"' in html, "it may be theirs after all"


def test_handing_over_twice_climbs_once(client, link, now, told_vera):
    words = {"do": "hand_over", "reason": "Out of office", "level": "3"}
    for _ in range(3):
        assert client.post(link, words).status_code == 302
    told_vera.ticket.refresh_from_db()
    assert told_vera.ticket.level == 4
    response = client.post(link, words | {"reason": "Something else"})
    assert response.status_code == 409, "the ladder is higher than the page said"
    assert "Level 4 was told already" in response.content.decode()


def test_somebody_is_handed_it_by_name(client, link, now, told_vera, bob):
    for _ in range(2):
        assert client.post(link, {"do": "hand_over", "reason": "Bob knows it", "user": bob.pk}).status_code == 302
    told_vera.refresh_from_db()
    assert [person["name"] for person in told_vera.contacts] == ["Person 3", "Bob"]
    assert told_vera.ticket.level == 3
    response = client.post(link, {"do": "hand_over", "reason": "x", "user": "9" * 30})
    assert response.status_code == 400


def test_a_withdrawn_link_says_so_and_does_nothing(client, link, now, told_vera, casey, at):
    told_vera.ticket.de_escalate(reason="A false alarm", by=casey, at=at)
    html = client.get(link).content.decode()
    assert "the ladder has come down again" in html
    assert "<form" not in html
    for do in ("take", "hold", "hand_over", "wrong_person"):
        assert client.post(link, {"do": do, "reason": "x"}).status_code == 409
    told_vera.ticket.refresh_from_db()
    assert told_vera.ticket.taken_at is None
    assert not told_vera.ticket.events.filter(kind="held").exists()


def test_opening_the_link_is_no_proof_but_signing_in_or_pressing_is(client, signed_in, link, now, told_vera, vera, bob):
    def seen():
        told_vera.refresh_from_db()
        return told_vera.seen_at

    client.get(link)
    client.head(link)
    assert seen() is None, "a mail scanner opens links too"
    signed_in(bob).get(link)
    assert seen() is None, "it was not he who was told"
    signed_in(vera).get(link)
    assert seen()
    Escalation.objects.filter(pk=told_vera.pk).update(seen_at=None)
    client.post(link, {"do": "hold"})
    assert seen()


def test_a_press_proves_the_address_that_the_link_was_mailed_to(client, link, now, told_vera, smtp, at):
    deliver(at)
    Contact.objects.filter(level="3").update(unreachable_since=at, unreachable_reason="550")
    now.minutes(5)
    client.get(link)
    assert Contact.objects.get(level="3").proved_at is None
    client.post(link, {"do": "hold"})
    contact = Contact.objects.get(level="3")
    assert (contact.proved_at, contact.unreachable_since) == (at + timedelta(minutes=5), None)


def test_whatever_else_is_pressed_changes_nothing(client, link, now, told_vera):
    assert client.post(link, {"do": "delete"}).status_code == 400
    assert told_vera.ticket.events.filter(kind="taken").count() == 0


def test_the_mail_leads_to_each_of_them(client, link, now, told_vera, smtp, at, vera):
    deliver(at)
    mail = smtp.to(vera.email)[-1]
    text = mail.get_body(("plain",)).get_content()
    for do, drawer in (("hand_over", "hand-over"), ("hold", "hold"), ("wrong_person", "wrong-person")):
        assert f"{link}?do={do}" in text
        assert f'id="{drawer}" open' in client.get(f"{link}?do={do}").content.decode()


def test_the_ladder_tells_how_far_the_news_has_come(signed_in, told_vera, vera, smtp, now, at):
    deliver(at)
    client = signed_in(vera)
    now.minutes(3)
    client.get(told_vera.ticket.get_absolute_url())
    html = client.get(told_vera.ticket.get_absolute_url()).content.decode()
    assert "accepted by the mail server" in html, "that it was delivered nobody has said"
    assert "seen" in html
    Escalation.objects.filter(pk=told_vera.pk).update(delivered_at=at)
    client.post(f"{told_vera.ticket.get_absolute_url()}take/")
    history = client.get(f"{told_vera.ticket.get_absolute_url()}history/").content.decode()
    for word in ("delivered", "seen", "taken by Vera"):
        assert word in history


def test_in_the_app_only_those_who_were_told_can_pass_it_on(signed_in, told_vera, vera, bob):
    path = told_vera.ticket.get_absolute_url()
    assert signed_in(bob).post(f"{path}pass_on/", {"verb": "pass_on"}).status_code == 400
    assert signed_in(vera).post(f"{path}hand_to/", {"reason": "Bob knows it", "user": bob.pk}).status_code == 302
    assert signed_in(vera).post(f"{path}pass_on/", {"verb": "pass_on"}).status_code == 302
    kinds = list(told_vera.ticket.events.order_by("-pk").values_list("kind", flat=True)[:3])
    assert kinds == ["escalated", "unreachable", "escalated"]
