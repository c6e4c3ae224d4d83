"""The response team: who joins, who is told, who leaves."""

from datetime import timedelta

import pytest

from contacts.models import User
from escalations.errors import Invalid, NotAllowed
from escalations.verbs.team import LEAD, MOST, Newcomer, usual_team
from templates_app import mail
from templates_app.models import Notification

M = timedelta(minutes=1)


@pytest.fixture
def lou(team):
    """The engineering lead on level 2."""
    return User.objects.create(username="lou", first_name="Lou", email="lou@desk.example", team=team)


def joined_mails(ticket):
    return Notification.objects.filter(about=ticket.number, kind="joined").order_by("to_address")


def test_several_people_join_at_once_and_each_is_told(log_issue, casey, bob, lou, at):
    ticket = log_issue()
    people = [Newcomer(LEAD, bob), Newcomer("Engineering", lou), Newcomer("Vendor", name="Zed", email="Zed@v.example")]
    ticket.add_responders(people=people, by=casey, at=at + M)
    team = ticket.responders.filter(left_at=None)
    assert [(r.name, r.role, r.email) for r in team] == [
        ("Bob", LEAD, "bob@desk.example"),
        ("Lou", "Engineering", "lou@desk.example"),
        ("Zed", "Vendor", "zed@v.example"),
    ]
    assert [n.to_address for n in joined_mails(ticket)] == ["bob@desk.example", "lou@desk.example", "zed@v.example"]
    assert ticket.events.get(kind="team").data["joined"][1] == {"name": "Lou", "role": "Engineering"}


def test_the_mail_says_what_why_you_and_who_leads(log_issue, casey, bob, lou, at):
    ticket = log_issue()
    ticket.add_responders(people=[Newcomer(LEAD, bob), Newcomer("Scribe", lou)], by=casey, at=at + M)
    lead, scribe = (mail.compose([row], at=at + M) for row in joined_mails(ticket))
    assert "You are on the response team as Scribe. Bob leads it: ask them what to start with." in scribe.text
    assert "Casey put you on the response team" in scribe.text
    assert scribe.subject.endswith("Nobody can sign in – you are on the team")
    assert "Casey owns the issue" in lead.text
    assert scribe.html.count('class="button"') == 1


def test_who_adds_themselves_gets_no_mail(log_issue, casey, at):
    ticket = log_issue()
    ticket.add_responders(people=[Newcomer(LEAD, casey)], by=casey, at=at + M)
    assert not joined_mails(ticket)


def test_nobody_joins_twice(log_issue, casey, bob, at):
    ticket = log_issue()
    twice = [Newcomer(LEAD, bob), Newcomer("Scribe", name="Bob again", email="BOB@desk.example")]
    ticket.add_responders(people=twice, by=casey, at=at + M)
    assert ticket.responders.count() == 1
    with pytest.raises(Invalid, match="on the team already"):
        ticket.add_responders(people=twice, by=casey, at=at + 2 * M)


def test_who_left_may_come_back_and_the_record_keeps_both(log_issue, casey, bob, at):
    ticket = log_issue()
    (bobs,) = ticket.add_responders(people=[Newcomer(LEAD, bob)], by=casey, at=at + M)
    ticket.remove_responder(responder=bobs, by=casey, at=at + 2 * M)
    with pytest.raises(NotAllowed, match="has left"):
        ticket.remove_responder(responder=bobs, by=casey, at=at + 3 * M)
    ticket.add_responders(people=[Newcomer(LEAD, bob)], by=casey, at=at + 4 * M)
    assert [r.left_at for r in ticket.responders.all()] == [at + 2 * M, None]


@pytest.mark.parametrize(
    ("people", "field"),
    [
        ([], "people"),
        ([Newcomer("Scribe")], "name"),
        ([Newcomer("Scribe", name="Zed", email="not an address")], "email"),
        ([Newcomer(" ", name="Zed")], "role"),
        ([Newcomer("Scribe", name=f"Zed {n}") for n in range(MOST + 1)], "people"),
    ],
)
def test_what_cannot_join_is_named(log_issue, casey, at, people, field):
    with pytest.raises(Invalid) as refused:
        log_issue().add_responders(people=people, by=casey, at=at + M)
    assert list(refused.value.fields) == [field]


def test_the_usual_team_is_the_owner_level_2_and_technical(log_issue, at):
    team = usual_team(log_issue(), at)
    assert (team[0].shown, team[0].role) == ("Casey", LEAD)
    assert [p.address for p in team] == ["casey@desk.example", "level-2@desk.example", "level-technical@desk.example"]


def test_no_team_forms_on_what_is_closed(log_issue, casey, bob, at):
    ticket = log_issue()
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at + M)
    ticket.close(by=casey, at=at + 2 * M, reason="All done.")
    with pytest.raises(NotAllowed):
        ticket.add_responders(people=[Newcomer(LEAD, bob)], by=casey, at=at + 3 * M)
