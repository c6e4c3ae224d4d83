"""Whose message was withdrawn because somebody had it, or the customer was waited for, hears in the end."""

from datetime import timedelta

import pytest

from contacts.models import Contact
from escalations.actors import Actor
from escalations.delivery import deliver
from escalations.models import Ticket
from escalations.sweep import sweep
from escalations.unreachable import pass_on
from templates_app.models import Notification

pytestmark = pytest.mark.django_db(transaction=True)

M, SECOND = timedelta(minutes=1), timedelta(seconds=1)
DANA = Actor.outsider("Acme")
FIRST_RUNGS = {"casey@desk.example", *(f"level-{n}@desk.example" for n in ("2", "3", "technical"))}


@pytest.fixture
def taken(log_issue, vera, at):
    """A P1 that somebody took before a single mail had left."""
    ticket = log_issue()
    ticket.take(by=vera, at=at + SECOND)
    deliver(at + 2 * SECOND)
    assert not Notification.objects.filter(kind="opened", state="sent").exists()
    return ticket


def received(smtp):
    return {address for mail in smtp.messages for address in mail.recipients}


def test_a_complaint_reaches_everybody_whose_message_was_withdrawn(taken, smtp, at):
    taken.customer_complains(text="A white page.", by=DANA, at=at + 5 * M)
    deliver(at + 6 * M)
    assert received(smtp) == FIRST_RUNGS
    assert not taken.escalations.filter(notified_at=None).exists()


def test_the_owner_reads_the_customers_words_though_their_first_message_was_withdrawn(taken, smtp, at):
    taken.customer_complains(text="A white page.", by=DANA, at=at + 5 * M)
    deliver(at + 6 * M)
    assert "A white page." in smtp.to("casey@desk.example")[-1].get_body(("plain",)).get_content()


def test_a_step_tells_those_below_who_never_heard_though_nobody_has_it_now(taken, smtp, at):
    Ticket.objects.filter(pk=taken.pk).update(taken_at=None, taken_by=None, taken_by_name="", held_until=None)
    for minutes in (15, 30, 45, 60):
        sweep(at + minutes * M)
        deliver(at + minutes * M + SECOND)
    assert received(smtp) >= FIRST_RUNGS


def test_whoever_was_told_hears_nothing_twice(log_issue, vera, smtp, at):
    ticket = log_issue()
    deliver(at + SECOND)
    ticket.take(by=vera, at=at + M)
    ticket.customer_complains(text="A white page.", by=DANA, at=at + 5 * M)
    for minutes in (20, 35):
        sweep(at + minutes * M)
        deliver(at + minutes * M + SECOND)
    assert Notification.objects.filter(to_address="level-2@desk.example", kind="opened").count() == 1


def test_a_mail_that_comes_back_while_the_customer_is_waited_for_is_made_good_when_they_answer(
    log_issue, casey, smtp, at
):
    Contact.objects.create(level="2", title="CS Team Lead", position=1, name="Backup", email="backup@desk.example")
    ticket = log_issue()
    deliver(at + SECOND)
    ticket.wait(reason="Which browser?", by=casey, at=at + M)
    message = Notification.objects.get(to_address="level-2@desk.example", kind="opened")
    message.failure = "address"
    pass_on(message, at + 2 * M)
    deliver(at + 3 * M)
    assert smtp.to("backup@desk.example") == []
    ticket.resume(by=casey, at=at + 10 * M)
    deliver(at + 11 * M)
    assert len(smtp.to("backup@desk.example")) == 1
