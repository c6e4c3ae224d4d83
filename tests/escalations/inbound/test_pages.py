"""What people see of mail that came in, and what they decide about it."""

import pytest

from contacts.models import User
from contacts.models.people import Role
from escalations.enums import EventKind
from escalations.models import Heartbeat, Ticket
from templates_app.models import InboundMail

State = InboundMail.State


@pytest.fixture(autouse=True)
def _engine(db, at):
    Heartbeat.objects.create(name="sweep", at=at)


@pytest.fixture
def desk(client, casey, now):
    client.force_login(casey)
    return client


@pytest.fixture
def stranger(protocol, acme, write, receive):
    """A mail of somebody whom nobody knows."""
    return receive(write("Is <b>this</b> the desk?", From="Gil Mead <gil@new.example>", files={"a.txt": b"log"}))


def decide(client, mail, **data):
    return client.post(f"/inbound/{mail.pk}/", data)


def test_what_waits_is_listed_and_counted_with_the_reason(desk, stranger):
    page = desk.get("/inbound/").content.decode()
    assert "Nobody here knows gil@new.example" in page
    assert '<span class="nav-count">1</span>' in page
    page = desk.get(f"/inbound/{stranger.pk}/").content.decode()
    assert "Is &lt;b&gt;this&lt;/b&gt; the desk?" in page
    assert "a.txt" in page


def test_it_is_filed_to_an_issue_as_an_answer_or_a_note(desk, stranger, log_issue, write, receive):
    ticket = log_issue()
    answer = decide(desk, stranger, do="file", number=ticket.number, how="reply")
    assert answer["Location"] == ticket.get_absolute_url()
    event = ticket.events.get(kind=EventKind.CUSTOMER)
    assert (event.actor_name, event.text) == ("Gil Mead <gil@new.example>", "Is <b>this</b> the desk?")
    assert ticket.attachments.get().name == "a.txt"
    second = receive(write(From="x@new.example"))
    decide(desk, second, do="file", number=ticket.number.lower()[4:], how="note")
    assert "x@new.example" in ticket.events.get(kind=EventKind.NOTE).text
    stranger.refresh_from_db()
    assert (stranger.state, stranger.decided_by, stranger.about) == (State.FILED, "Casey", ticket.number)


def test_it_opens_an_issue_and_its_sender_is_known_from_then_on(desk, stranger, acme, write, receive):
    answer = decide(desk, stranger, do="open", customer=acme.pk, known="on")
    ticket = Ticket.objects.get()
    assert answer["Location"] == ticket.get_absolute_url()
    assert ticket.untriaged
    assert (ticket.reporter_name, ticket.reporter_email) == ("Gil Mead", "gil@new.example")
    assert acme.contacts.filter(email="gil@new.example", name="Gil Mead").exists()
    assert receive(write(From="gil@new.example")).state == State.FILED


def test_discarded_it_can_be_taken_back_and_of_two_who_decide_the_second_is_told(desk, stranger):
    assert decide(desk, stranger, do="discard")["Location"] == "/inbound/"
    late = decide(desk, stranger, do="discard")
    assert late.status_code == 409
    assert "Casey has decided already" in late.content.decode()
    decide(desk, stranger, do="back")
    stranger.refresh_from_db()
    assert (stranger.state, stranger.decided_by) == (State.QUARANTINED, "")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"do": "x"},
        {"do": "file"},
        {"do": "file", "number": "²", "how": "reply"},
        {"do": "open", "customer": "nobody"},
    ],
)
def test_what_cannot_be_done_is_said_and_what_was_typed_stays(desk, stranger, data):
    answer = decide(desk, stranger, **data)
    assert answer.status_code == 400
    assert data.get("number", "") in answer.content.decode()
    stranger.refresh_from_db()
    assert stranger.state == State.QUARANTINED


def test_auditors_read_and_decide_nothing(client, stranger, now):
    client.force_login(User.objects.create(username="audrey", role=Role.AUDITOR))
    assert client.get(f"/inbound/{stranger.pk}/").status_code == 200
    assert decide(client, stranger, do="discard").status_code == 403


def test_an_issue_that_a_mail_opened_asks_for_its_severity_with_one_button(desk, protocol, acme, casey, write, receive):
    receive(write("Production is down, nobody can work.\n\n> Old words", Subject="Complete outage"))
    ticket = Ticket.objects.get()
    path = ticket.get_absolute_url()
    page = desk.get(path).content.decode()
    assert "Not triaged yet" in page
    assert page.count("Confirm the severity") == 1
    assert "Confirm the severity" in desk.get("/?tab=unassigned").content.decode()
    desk.post(f"{path}change_severity/", {"severity": "P1", "reason": ""})
    ticket.refresh_from_db()
    assert not ticket.untriaged
    page = desk.get(path).content.decode()
    assert "confirmed the severity, P1" in page
    assert "Not triaged yet" not in page
    assert desk.post(f"{path}change_severity/", {"severity": "P2", "reason": ""}).status_code == 400


def test_an_answer_stands_in_the_activity_with_its_quotation_folded(desk, log_issue, write, receive, address, at):
    from escalations import customer_pages

    ticket = log_issue()
    receive(write("Here it is.\n\n> Secret words of ours"), to=address(ticket, "dana@acme.example"))
    page = desk.get(ticket.get_absolute_url()).content.decode()
    assert "replied by mail" in page
    assert "Secret words of ours" in page
    assert "Secret words of ours" in desk.get(f"{ticket.get_absolute_url()}history/").content.decode()
    desk.logout()
    own = desk.get(customer_pages.path_for(ticket, at)).content.decode()
    assert "Here it is." in own
    assert "Secret words of ours" not in own
