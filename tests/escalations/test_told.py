"""What somebody who was told can do besides taking it: two hours, the wrong person, somebody by name."""

from datetime import timedelta

import pytest

from contacts.models import Contact, User
from contacts.models.people import Role
from escalations.actors import Actor
from escalations.delivery import deliver
from escalations.errors import Invalid, NotAllowed
from escalations.links import take_token
from escalations.models import Escalation
from templates_app.models import Notification

pytestmark = pytest.mark.django_db(transaction=True)

M = timedelta(minutes=1)


@pytest.fixture
def ticket(log_issue, vera):
    Contact.objects.filter(level="3").update(user=vera)
    return log_issue()


def levels(ticket):
    return sorted(ticket.escalations.filter(ended_at=None).values_list("level", flat=True))


def test_two_hours_hold_the_ladder_and_nothing_else(ticket, vera, run, at):
    ticket.hold_ladder(by=vera, at=at + M)
    run(119)
    assert ticket.events.filter(kind="breach").exists()
    assert "4" not in levels(ticket)
    assert Notification.objects.filter(about=ticket.number, kind="reminder").exists(), "the customer's update is owed"
    run(122)
    assert "4" in levels(ticket), "when the two hours are over it climbs on"
    held = ticket.events.get(kind="held")
    assert (held.actor, held.at) == (vera, at + M)


def test_two_hours_are_given_once_by_each_person(ticket, vera, bob, at):
    ticket.hold_ladder(by=vera, at=at + M)
    with pytest.raises(NotAllowed, match="once"):
        ticket.hold_ladder(by=vera, at=at + 200 * M)
    ticket.hold_ladder(by=Actor.outsider("Pat"), at=at + 2 * M)
    with pytest.raises(NotAllowed):
        ticket.hold_ladder(by=Actor.outsider("Pat"), at=at + 3 * M)
    ticket.take(by=bob, at=at + 5 * M)
    assert ticket.held_until == at + 122 * M, "whoever takes it does not make the hold shorter"


def test_a_ladder_that_ended_cannot_be_held(ticket, vera, casey, at):
    ticket.escalate(reason="Now", level=5, by=casey, at=at)
    with pytest.raises(NotAllowed, match="highest"):
        ticket.hold_ladder(by=vera, at=at + M)
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at + M)
    with pytest.raises(NotAllowed):
        ticket.hold_ladder(by=vera, at=at + 2 * M)


def test_the_owner_hears_who_gave_two_hours(ticket, vera, smtp, at):
    deliver(at)
    ticket.hold_ladder(by=vera, at=at + M)
    deliver(at + 2 * M)
    assert "Vera gives two hours" in smtp.to("casey@desk.example")[-1]["Subject"]


def test_the_wrong_person_passes_it_to_the_next_position_at_once(ticket, vera, admin, at):
    Contact.objects.create(level="3", position=1, title="Deputy VP", name="Dee", email="dee@desk.example")
    boss = User.objects.create(username="morgan", email="morgan@desk.example", role=Role.MANAGER)
    told = ticket.escalations.get(level="3")
    for _twice in range(2):
        ticket.pass_on(escalation=told, email=vera.email, by=vera, at=at + M)
    told.refresh_from_db()
    assert [each["email"] for each in told.contacts] == [vera.email, "dee@desk.example"]
    assert Notification.objects.filter(to_address="dee@desk.example").count() == 1
    events = list(ticket.events.filter(at=at + M).order_by("pk").values_list("kind", "data__cause", "actor_name"))
    assert events == [("unreachable", None, "Vera"), ("escalated", "wrong_person", "Switchback")]
    asked = set(Notification.objects.filter(kind="admin").values_list("to_address", flat=True))
    assert asked == {admin.email, boss.email}
    assert Contact.objects.get(level="3", position=0).disputed_about == ticket.number


def test_with_nobody_behind_the_wrong_person_the_next_rung_is_told(ticket, vera, at):
    ticket.pass_on(escalation=ticket.escalations.get(level="3"), email=vera.email, by=vera, at=at + M)
    assert "4" in levels(ticket)
    assert Escalation.objects.get(ticket=ticket, level="4").cause == "wrong_person"


def test_somebody_by_name_is_told_and_whoever_had_it_has_it_no_more(ticket, vera, bob, smtp, at):
    deliver(at)
    ticket.take(by=vera, at=at + M)
    ticket.hand_to(user=bob, reason="Bob knows the gateway.", by=vera, at=at + 2 * M)
    deliver(at + 3 * M)
    mail = smtp.to(bob.email)[-1]
    assert "Vera" in mail.get_body(("plain",)).get_content()
    assert "Bob knows the gateway." in mail.get_body(("plain",)).get_content()
    assert (ticket.taken_at, ticket.held_until) == (None, at + 17 * M)
    with pytest.raises(Invalid) as told:
        ticket.hand_to(user=bob, reason="Again", by=vera, at=at + 4 * M)
    assert "already" in told.value.fields["user"]


def test_nobody_who_is_away_or_gone_is_handed_anything(ticket, vera, bob, auditor_user, at):
    User.objects.filter(pk=bob.pk).update(is_active=False)
    bob.refresh_from_db()
    for user in (bob, auditor_user, vera):
        with pytest.raises(Invalid):
            ticket.hand_to(user=user, reason="x", by=vera, at=at + M)


@pytest.fixture
def auditor_user(db):
    return User.objects.create(username="audrey", email="audrey@desk.example", role=Role.AUDITOR)


def test_a_closed_account_acts_by_no_link(ticket, vera, client):
    link = f"/a/{take_token(ticket.escalations.get(level='3'), vera.email)}/"
    User.objects.filter(pk=vera.pk).update(is_active=False)
    assert client.post(link, {"do": "take"}).status_code == 410
    ticket.refresh_from_db()
    assert ticket.taken_at is None
