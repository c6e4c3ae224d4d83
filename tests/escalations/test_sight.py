"""Who decides who sees an issue, what naming people there does, and that merging shows nobody anything new."""

import pytest

from contacts.models import SiteSettings, Team, User
from contacts.models.customers import Health
from contacts.models.people import Role
from escalations.access import tickets_for
from escalations.actors import Actor
from escalations.errors import Invalid, NotAllowed
from escalations.models import Severity, Ticket, Watch
from escalations.sight import blind, may_keep
from templates_app.models import Notification


def listed(ticket):
    return sorted(User.objects.filter(pk__in=ticket.access.values("user")).values_list("username", flat=True))


def test_logged_confidential_it_is_so_from_the_first_moment(log_issue, casey, bob, vera, admin, at):
    ticket = log_issue(confidential="security", people=[bob], by=casey)
    # Vera stands on level 3, which a P1 tells at once.
    assert listed(ticket) == ["bob", "casey", "vera"]
    assert not tickets_for(admin).exists()
    kinds = [(event.kind, event.data.get("what")) for event in ticket.events.order_by("pk")[:2]]
    assert kinds == [("opened", None), ("access", "closed")]
    assert Notification.objects.filter(kind="access", to_address=bob.email).count() == 1
    outside = Notification.objects.get(to_address="level-2@desk.example")
    assert "Nobody can sign in" not in str(outside.context)
    for wrong in ({"confidential": "because"}, {"confidential": "security", "people": [User(is_active=False)]}):
        with pytest.raises(Invalid):
            log_issue(**wrong)


def test_who_decides(log_issue, casey, bob, vera, admin, at):
    ticket = log_issue()
    morgan = User.objects.create(username="morgan", role=Role.MANAGER)
    auditor = User.objects.create(username="audrey", role=Role.AUDITOR)
    assert [may_keep(user, ticket) for user in (casey, bob, vera, admin, morgan, auditor)] == [
        *(True, False, False),
        *(True, True, False),
    ]
    ticket.take(by=vera, at=at)
    assert may_keep(vera, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(owner=None)
    ticket.refresh_from_db()
    assert may_keep(bob, ticket)


def test_mentioning_those_who_may_not_see_it_is_refused(log_issue, casey, bob, at):
    ticket = log_issue()
    ticket.make_confidential(kind="security", by=casey, at=at, people=[bob])
    eve = User.objects.create(username="eve", first_name="Eve", email="eve@desk.example")
    ticket.note(text="@bob look", by=casey, at=at)
    with pytest.raises(Invalid, match="Eve may not see this issue"):
        ticket.note(text="@eve look", by=casey, at=at)
    ticket.note(text="@eve look", by=Actor("Dana"), at=at, mail={"from": "dana@acme.example"})
    assert not Notification.objects.filter(to_address=eve.email).exists()
    other = log_issue()
    eve.team = Team.objects.create(slug="apac", name="APAC")
    eve.save()
    other.note(text="@eve look", by=casey, at=at)
    SiteSettings.objects.update_or_create(pk=1, defaults={"own_team_only": True})
    for user in (eve := User.objects.get(pk=eve.pk), bob := User.objects.get(pk=bob.pk)):
        assert blind(other, [user]) == ([eve] if user == eve else [])
    with pytest.raises(Invalid, match="Let them in"):
        other.note(text="@eve look", by=casey, at=at)
    other.let_see(user=eve, by=casey, at=at)
    other.note(text="@eve @bob look", by=casey, at=at)


def test_merging_shows_nobody_anything_new(log_issue, casey, bob, at):
    into, ticket = log_issue(), log_issue(description="The hole is in the login")
    ticket.make_confidential(kind="security", by=casey, at=at)
    for first, second in ((ticket, into), (into, ticket)):
        with pytest.raises(Invalid, match="is confidential and"):
            first.merge(into=second, reason="The same", by=casey, at=at)
    into.make_confidential(kind="security", by=casey, at=at, people=[bob])
    with pytest.raises(Invalid, match=f"{into.number}, but not {ticket.number}: Bob"):
        ticket.merge(into=into, reason="The same", by=casey, at=at)
    eve = User.objects.create(username="eve", email="eve@desk.example")
    for user in (bob, eve):
        ticket.let_see(user=user, by=casey, at=at)
        ticket.watch(by=user, at=at)
    ticket.merge(into=into, reason="The same", by=casey, at=at)
    assert list(Watch.objects.filter(ticket=into).values_list("user__username", flat=True)) == ["bob"]
    ticket.unlet_see(user=eve, by=casey, at=at)  # what is in it is still to be kept
    with pytest.raises(NotAllowed, match="open that one first"):
        ticket.make_open(by=casey, at=at)
    into.make_open(by=casey, at=at)
    ticket.make_open(by=casey, at=at)


def test_a_relapse_has_kind_and_list(log_issue, casey, bob, at):
    ticket = log_issue(severity="P3")
    ticket.make_confidential(kind="personal_data", by=casey, at=at, people=[bob])
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at)
    check_in = ticket.check_ins.first()
    relapse = ticket.check_in(check_in=check_in, health=Health.RED, note="It is back", by=casey, at=at)
    assert (relapse.confidential, listed(relapse)) == ("personal_data", ["bob", "casey"])
    assert relapse.severity == Severity.objects.get(pk="P3")
