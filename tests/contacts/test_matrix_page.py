"""The contact matrix: who stands where, who is told instead of nobody, and how managers change it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from contacts.models import Absence, Contact, Team, Tenure, User
from contacts.models.matrix import Level, Proof
from contacts.models.people import Role
from contacts.rungs import add_contact, save_contact

VERA = {"who": "outsider", "name": "Vera", "email": "vera@desk.example", "title": "VP", "level": "3", "team": ""}


@pytest.fixture
def signed_in(at):
    with time_machine.travel(at, tick=False):

        def sign_in(user):
            client = Client()
            client.force_login(user)
            return client

        yield sign_in


@pytest.fixture
def office(signed_in, morgan):
    """Morgan, a manager, signed in."""
    return signed_in(morgan)


@pytest.fixture
def filled(db, at):
    """Somebody on every rung but the fourth, which is vacant."""
    for level in Level.values:
        name, email = (f"Person {level}", f"level-{level}@desk.example") if level != "4" else ("", "")
        save_contact(Contact(level=level, title=f"Title {level}", name=name, email=email), by=None, at=at)


def on(level, team=None):
    return list(Contact.objects.filter(level=level, team=team).order_by("position"))


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def cell(response, level, team=None):
    rung = next(rung for rung in response.context["grid"].rungs if rung.level == level)
    return next(cell for cell in rung.cells if cell.team == team)


def filled_in(client, address, **changed):
    """What a browser sends of the form as it is shown, with some fields filled in otherwise."""
    form = client.get(address).context["form"]
    shown = {name: form[name].value() or "" for name in form.fields}
    return shown | changed


# -- reading ----------------------------------------------------------------------------------------------------------


def test_a_gap_reads_nobody_and_says_who_is_told_instead(office, filled):
    page = office.get("/contacts/")
    assert cell(page, "4").instead.startswith("Passed over: level 5 is told at once (Person 5)")
    assert [rung.level for rung in page.context["grid"].gaps] == ["4"]
    for said in ("Nobody", "1 rung where nobody can be told", "tel:", "Never proven"):
        assert said in page.content.decode() or said == "tel:", said


def test_above_the_last_rung_and_beside_the_ladder_nobody_steps_in(office, db):
    page = office.get("/contacts/")
    assert "Nobody above can be told" in cell(page, "1").instead
    assert "nobody above" in cell(page, "5").instead
    assert "Nobody is told in their place" in cell(page, "technical").instead


def test_a_team_without_its_own_falls_back_on_everyone(office, filled, team, at):
    save_contact(Contact(level="2", team=team, title="Lead", name="Eve", email="eve@desk.example"), by=None, at=at)
    page = office.get("/contacts/")
    assert page.context["grid"].teams == [team]
    assert [line.is_told for line in cell(page, "2", team).lines] == [True]
    assert cell(page, "3", team).instead == "Everyone’s is asked: Person 3."


def test_absences_refusals_and_proof_are_seen(office, filled, at):
    third, fifth = on("3")[0], on("5")[0]
    Absence.objects.create(contact=third, starts_at=at, ends_at=at + timedelta(hours=3), delegate=fifth)
    Contact.objects.filter(level="2").update(unreachable_since=at, unreachable_reason="550 no such user")
    Contact.objects.filter(level="1").update(proved_at=at, proved_how=Proof.TAKEN)
    page = office.get("/contacts/")
    text = words(page)
    for said in (
        "Absent until 13:00; Person 5 stands in", "Mail refused since 23 Nov 2026: 550 no such user",
        "Reached on 23 Nov 2026: took an escalation",
    ):  # fmt: skip
        assert said in text, said
    assert cell(page, "2").instead.startswith("Passed over: level 3")
    assert [line.is_told for line in cell(page, "3").lines] == [True]


@pytest.mark.parametrize("role", [Role.CSM, Role.EXECUTIVE, Role.AUDITOR])
def test_others_read_and_change_nothing(signed_in, filled, role):
    reader = signed_in(User.objects.create(username="reader", role=role))
    html = reader.get("/contacts/").content.decode()
    assert "level-3@desk.example" in html
    assert "/contacts/new/" not in html
    key = on("3")[0].pk
    for address in ("new/", f"{key}/", f"{key}/remove/"):
        assert reader.get(f"/contacts/{address}").status_code == 403
        assert reader.post(f"/contacts/{address}", VERA).status_code == 403
    assert reader.post(f"/contacts/{key}/up/").status_code == 403
    assert Client().get("/contacts/").status_code == 302


# -- changing ---------------------------------------------------------------------------------------------------------


def test_a_manager_names_somebody_and_a_backup(office, morgan, casey, team, at):
    answer = office.post("/contacts/new/", VERA | {"phone": "+44 161 555 0201"})
    assert answer["Location"] == "/contacts/#rung-3"
    office.post("/contacts/new/?level=3", VERA | {"who": "account", "user": "casey", "name": "ignored", "email": ""})
    office.post("/contacts/new/", VERA | {"who": "account", "user": "casey", "team": "emea", "email": ""})
    assert [(each.person_name, each.position) for each in on("3")] == [("Vera", 0), ("Casey", 1)]
    assert [each.user for each in on("3", team)] == [casey]
    assert Tenure.objects.filter(by=morgan, until=None).count() == 3


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"who": "account", "user": ""}, {"user"}),
        ({"who": "account", "user": "nobody"}, {"user"}),
        ({"name": "", "email": ""}, {"name", "email"}),
        ({"email": "vera"}, {"email"}),
        ({"phone": "call me"}, {"phone"}),
        ({"title": ""}, {"title"}),
        ({"level": "6"}, {"level"}),
        ({"team": "nowhere"}, {"team"}),
        ({"who": "x"}, {"who"}),
        ({"email": "LEVEL-3@desk.example"}, {"email"}),
        ({"name": "x" * 121}, {"name"}),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(office, filled, casey, changed, wrong):
    sent = VERA | {"name": "Veronika"} | changed
    answer = office.post("/contacts/new/", sent)
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == wrong
    assert sent["name"] in answer.content.decode()
    assert len(on("3")) == 1


def test_a_position_may_be_kept_with_nobody_on_it(office, filled):
    key = on("3")[0].pk
    office.post(f"/contacts/{key}/", filled_in(office, f"/contacts/{key}/", who="nobody"))
    assert [(each.title, each.person_name, each.address) for each in on("3")] == [("Title 3", "", "")]


def test_of_two_who_edit_the_second_is_told_and_loses_nothing(office, filled, at):
    third = on("3")[0]
    sent = filled_in(office, f"/contacts/{third.pk}/", phone="+1 555 0100")
    third.name, third.email = "Ida", "ida@desk.example"
    save_contact(third, by=None, at=at)
    answer = office.post(f"/contacts/{third.pk}/", sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "<del>Person 3</del>" in text
    assert "<ins>Ida</ins>" in text
    again = {name: answer.context["form"][name].value() or "" for name in answer.context["form"].fields}
    assert (again["name"], again["phone"]) == ("Ida", "+1 555 0100")
    assert office.post(f"/contacts/{third.pk}/", again).status_code == 302
    assert [(each.name, each.phone) for each in on("3")] == [("Ida", "+1 555 0100")]


def test_of_two_who_fill_one_gap_the_second_hears_of_the_first(office, db, at):
    sent = filled_in(office, "/contacts/new/?level=3", who="outsider", name="Vera", email="v@desk.example", title="VP")
    add_contact(Contact(level="3", title="VP", name="Ida", email="ida@desk.example"), by=None, at=at)
    answer = office.post("/contacts/new/?level=3", sent)
    assert answer.status_code == 409
    assert "Ida, VP, ida@desk.example" in words(answer)
    again = {name: answer.context["form"][name].value() or "" for name in answer.context["form"].fields}
    assert office.post("/contacts/new/?level=3", again).status_code == 302
    assert [each.name for each in on("3")] == ["Ida", "Vera"]


def test_words_for_a_position_that_is_gone_may_become_a_new_one(office, filled):
    key = on("3")[0].pk
    sent = filled_in(office, f"/contacts/{key}/", name="Ida", email="ida@desk.example", level="3", team="")
    Contact.objects.filter(pk=key).delete()
    assert office.get(f"/contacts/{key}/").status_code == 404
    answer = office.post(f"/contacts/{key}/", sent)
    assert answer.status_code == 409
    assert 'action="/contacts/new/"' in answer.content.decode()
    again = {name: answer.context["form"][name].value() or "" for name in answer.context["form"].fields}
    assert office.post("/contacts/new/", again).status_code == 302
    assert [each.name for each in on("3")] == ["Ida"]


def test_the_order_changes_only_as_it_was_seen(office, filled, at):
    add_contact(Contact(level="3", title="Deputy", name="Dee", email="dee@desk.example"), by=None, at=at)
    first, second = on("3")
    order = office.get(f"/contacts/{second.pk}/").context["order"]
    office.post(f"/contacts/{second.pk}/up/", {"order": order})
    assert on("3") == [second, first]
    office.post(f"/contacts/{second.pk}/down/", {"order": order})
    assert on("3") == [second, first]
    assert "somebody else has changed this rung" in words(office.get("/contacts/"))


def test_removing_says_first_what_will_happen(office, filled, at):
    third, fifth = on("3")[0], on("5")[0]
    Absence.objects.create(contact=fifth, starts_at=at, ends_at=at + timedelta(days=3), delegate=third)
    page = office.get(f"/contacts/{third.pk}/remove/")
    for said in ("Nobody can be told on Level 3.", "Nobody stands in for Person 5 any more."):
        assert said in words(page), said
    assert office.post(f"/contacts/{third.pk}/remove/", {"seen": "somebody else"}).status_code == 409
    office.post(f"/contacts/{third.pk}/remove/", {"seen": page.context["seen"]})
    assert on("3") == []
    assert Tenure.objects.get(level="3").until == at


def test_a_page_of_a_hundred_teams_asks_no_more(office, filled, at, django_assert_max_num_queries):
    for number in range(20):
        team = Team.objects.create(slug=f"t-{number}", name=f"Team {number}")
        save_contact(Contact(level="2", team=team, title="Lead", name="X", email="x@desk.example"), by=None, at=at)
    office.get("/contacts/")
    with django_assert_max_num_queries(12):
        office.get("/contacts/")
