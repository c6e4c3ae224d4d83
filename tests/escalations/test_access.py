"""Confidential issues: who is on the list, what the others are told, and issues of other teams."""

import pytest
from django.http import Http404

from contacts.models import SiteSettings, Team, User
from contacts.models.people import Role
from escalations.access import core_for, customers_for, extras_for, is_restricted, ticket_or_404, tickets_for
from escalations.actors import Actor
from escalations.enums import EventKind
from escalations.errors import Invalid, NotAllowed
from escalations.models import Responder
from escalations.verbs.team import Newcomer
from templates_app.mail import compose
from templates_app.models import Notification

WORD = "Zanzibar"


def named(ticket):
    return sorted(User.objects.filter(pk__in=ticket.access.values("user")).values_list("username", flat=True))


def secret(log_issue, by, at, **more):
    ticket = log_issue(subject=f"{WORD} leaks", description=f"{WORD} in the open", **more)
    ticket.make_confidential(kind="security", by=by, at=at)
    return ticket


def said_of(ticket, **which):
    mails = [compose([each], at=each.created_at) for each in Notification.objects.filter(about=ticket.number, **which)]
    return "\n".join(f"{mail.subject}\n{mail.text}\n{mail.html}" for mail in mails)


def test_marking_it_names_those_who_are_close_to_it(log_issue, casey, bob, vera, admin, at):
    eve = User.objects.create(username="eve", email="eve@desk.example")
    ticket = log_issue(by=bob)
    ticket.add_responders(people=[Newcomer("Scribe", eve)], by=casey, at=at)
    ticket.take(by=vera, at=at)
    ticket.make_confidential(kind="security", by=casey, at=at)
    assert named(ticket) == ["bob", "casey", "eve", "vera"]
    assert tickets_for(vera).count() == 1
    assert not tickets_for(admin).exists()
    with pytest.raises(Http404):
        ticket_or_404(admin, ticket.number)
    event = ticket.events.get(kind=EventKind.ACCESS)
    assert [each["username"] for each in event.data["people"]] == ["casey", "bob", "vera", "eve"]
    with pytest.raises(Invalid):
        ticket.make_confidential(kind="security", by=casey, at=at)
    ticket.make_open(by=casey, at=at)
    assert tickets_for(admin).count() == 1


def test_core_and_extras_share_no_row_and_are_all_that_is_seen(log_issue, casey, bob, acme, at):
    other = Team.objects.create(slug="apac", name="APAC")
    stranger = User.objects.create(username="sam", email="sam@desk.example", team=other)
    tickets = [log_issue(), log_issue(team=other), log_issue(owner=None, team=other), log_issue()]
    tickets[1].make_confidential(kind="security", by=casey, at=at)
    tickets[3].let_see(user=stranger, by=casey, at=at)
    Responder.objects.create(ticket=tickets[2], user=bob, name="Bob", role="Scribe", joined_at=at)
    for apart in (False, True):
        SiteSettings.objects.update_or_create(pk=1, defaults={"own_team_only": apart})
        for user in User.objects.all():
            core, extras = set(core_for(user)), set(extras_for(user))
            assert not core & extras
            assert core | extras == set(tickets_for(user))
        sam, robert = User.objects.get(username="sam"), User.objects.get(username="bob")
        assert set(tickets_for(sam)) == ({tickets[2], tickets[3]} if apart else set(tickets) - {tickets[1]})
        assert set(tickets_for(robert)) == (
            {tickets[0], tickets[2], tickets[3]} if apart else set(tickets) - {tickets[1]}
        )
    acme.team = casey.team
    acme.save()
    nobody = User.objects.create(username="nobody", team=Team.objects.create(slug="x", name="X"), role=Role.MANAGER)
    assert is_restricted(nobody)
    assert not customers_for(nobody).exists()
    assert customers_for(User.objects.get(username="sam")).get() == acme


def test_the_ladder_goes_on_and_names_whom_it_tells(log_issue, casey, run, at):
    User.objects.create(username="cleo", first_name="Cleo", email="level-4@desk.example", role=Role.EXECUTIVE)
    ticket = secret(log_issue, casey, at)
    run(600)
    # Level 4 has an account and was named by being told; level 5 has none.
    assert named(ticket) == ["casey", "cleo"]
    told = ticket.events.get(kind=EventKind.ACCESS, data__what="told")
    assert told.actor is None
    assert told.data["people"] == [{"username": "cleo", "name": "Cleo"}]
    assert WORD in said_of(ticket, to_address="level-4@desk.example")
    outside = said_of(ticket, to_address="level-5@desk.example")
    assert ticket.number in outside
    for hidden in (WORD, "Acme"):
        assert hidden not in outside


def test_what_waits_to_leave_loses_its_words(log_issue, casey, bob, at):
    ticket = log_issue(subject=f"{WORD} leaks", reporter_name=WORD)
    ticket.watch(by=bob, at=at)
    assert WORD in said_of(ticket, to_address="level-2@desk.example")
    ticket.make_confidential(kind="personal_data", by=casey, at=at)
    assert WORD not in said_of(ticket, to_address="level-2@desk.example")
    ticket.change_severity(severity=ticket.severity.__class__.objects.get(pk="P2"), reason=WORD, by=casey, at=at)
    ticket.note(text=f"@bob {WORD}", by=Actor("Dana"), at=at, mail={"from": "dana@acme.example"})
    assert not Notification.objects.filter(to_address="bob@desk.example").exists()


def test_a_room_hears_no_words(log_issue, casey, at, settings):
    settings.SLACK_WEBHOOK_URL = "https://slack.example/x"
    ticket = secret(log_issue, casey, at)
    Notification.objects.filter(kind="room").delete()
    ticket.resolve(root_cause=WORD, solution=WORD, prevention=WORD, by=casey, at=at)
    room = Notification.objects.get(kind="room")
    assert WORD not in str(room.context)
    assert ticket.number in said_of(ticket, kind="room")


def test_being_given_it_names_one(log_issue, casey, bob, at):
    dan = User.objects.create(username="dan", email="dan@desk.example")
    ticket = secret(log_issue, casey, at)
    ticket.assign(owner=bob, by=casey, at=at)
    assert named(ticket) == ["bob", "casey"]
    ticket.hand_to(user=dan, reason="Yours", by=bob, at=at)
    eve = User.objects.create(username="eve", email="eve@desk.example")
    ticket.add_responders(people=[Newcomer("Scribe", eve)], by=casey, at=at)
    assert named(ticket) == ["bob", "casey", "dan", "eve"]
    assert WORD in said_of(ticket, kind="joined")


def test_letting_people_in_and_taking_them_off(log_issue, casey, bob, admin, vera, at):
    ticket = secret(log_issue, casey, at)
    ticket.let_see(user=bob, by=casey, at=at)
    assert "lets you see a confidential issue" in said_of(ticket, to_address=bob.email)
    for refused, error in (
        ({"user": bob, "by": casey}, Invalid),  # there already
        ({"user": vera, "by": admin, "reason": "x"}, NotAllowed),  # an administrator names nobody else
        ({"user": admin, "by": admin}, Invalid),  # nor themselves without a reason
        ({"user": vera, "by": vera, "reason": "x"}, NotAllowed),
    ):
        with pytest.raises(error):
            ticket.let_see(at=at, **refused)
    ticket.let_see(user=admin, by=admin, at=at, reason="The auditors ask")
    assert sorted(Notification.objects.filter(kind="access_self").values_list("to_address", flat=True)) == [
        "bob@desk.example",
        "casey@desk.example",
    ]
    assert "The auditors ask" in said_of(ticket, kind="access_self")
    for user, by in ((casey, bob), (bob, bob), (vera, bob)):
        with pytest.raises(Invalid):
            ticket.unlet_see(user=user, by=by, at=at)
    ticket.unlet_see(user=bob, by=casey, at=at)
    assert named(ticket) == ["admin", "casey"]
    assert not tickets_for(bob).exists()
