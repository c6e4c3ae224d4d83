"""The matrix as a file: what is exported comes back, a dry run says everything, and it is all or nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from contacts.matrix_import.carry_out import carry_out
from contacts.matrix_import.plan import plan, read_matrix
from contacts.models import Absence, Contact, Tenure, User
from contacts.rungs import add_contact, save_contact
from contacts.spreadsheets.plan import Moved

HEADER = "level,team,position,title,user,name,email,phone"


@pytest.fixture(autouse=True)
def _own_shelf(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def rung(casey, team, morgan, at):
    """Vera before Casey on level 3; Ida for EMEA."""
    add = {"by": morgan, "at": at - timedelta(days=1)}
    add_contact(Contact(level="3", title="VP", name="Vera", email="vera@desk.example", phone="+49 30 1"), **add)
    add_contact(Contact(level="3", title="Deputy", user=casey), **add)
    add_contact(Contact(level="3", team=team, title="VP EMEA", name="Ida", email="ida@desk.example"), **add)


@pytest.fixture
def planned(at):
    def make(*lines):
        return plan(read_matrix("\n".join([HEADER, *lines]).encode()), at)

    return make


@pytest.fixture
def imported(morgan, at):
    def do(*lines):
        sheet = read_matrix("\n".join([HEADER, *lines]).encode())
        return carry_out(sheet, digest=plan(sheet, at).digest, by=morgan, at=at)

    return do


@pytest.fixture
def office(at, morgan):
    with time_machine.travel(at, tick=False):
        client = Client()
        client.force_login(morgan)
        yield client


def on(level, team=None):
    return [
        (each.position, each.person_name)
        for each in Contact.objects.filter(level=level, team=team).order_by("position")
    ]


def problems(plan):
    return [(row, column) for row, column, _text in plan.problems]


def test_what_is_exported_comes_back_as_it_is(office, rung, casey, at):
    save_contact(Contact(level="4", title="=CCO"), by=None, at=at)
    text = office.get("/contacts/export/").content.decode("utf-8-sig")
    assert "3,,0,VP,,Vera,vera@desk.example,'+49 30 1\r\n" in text
    assert "3,emea,0,VP EMEA,,Ida,ida@desk.example,\r\n" in text
    assert "4,,0,'=CCO,,,,\r\n" in text
    same = plan(read_matrix(text.encode()), at)
    assert (same.counts["same"], same.changes_something, same.is_sound) == (4, False, True)


def test_the_file_says_who_stands_on_a_rung_and_no_other_rung_changes(imported, rung, team, at):
    vera = Contact.objects.get(name="Vera")
    Contact.objects.filter(pk=vera.pk).update(proved_at=at)
    Absence.objects.create(contact=vera, starts_at=at, ends_at=at + timedelta(days=1))
    done = imported("3,,,,,Noa,noa@desk.example,", "3,,,,,Vera,vera@desk.example,+49 30 2")
    assert on("3") == [(0, "Noa"), (1, "Vera")]
    assert on("3", team) == [(0, "Ida")]
    assert [done.counts[what] for what in ("new", "changed", "removed")] == [1, 1, 1]
    vera.refresh_from_db()
    assert (vera.phone, vera.proved_at, vera.absences.count()) == ("+49 30 2", at, 1)
    assert Tenure.objects.get(name="Casey").until == at
    assert {row.source for row in Tenure.objects.filter(since=at)} == {"import"}


def test_people_change_places(imported, rung):
    imported("3,,0,Deputy,casey,,,", "3,,1,VP,,Vera,vera@desk.example,+49 30 1")
    assert on("3") == [(0, "Casey"), (1, "Vera")]


def test_a_row_with_nobody_keeps_the_position(imported, rung):
    imported("3,,0,VP,,,,")
    assert on("3") == [(0, "")]


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (["9,,,VP,,Vera,v@x.example,"], [(2, "level")]),
        ([",,,VP,,Vera,v@x.example,"], [(2, "level")]),
        (["3,nowhere,,VP,,Vera,v@x.example,"], [(2, "team")]),
        (["3,,-1,VP,,Vera,v@x.example,"], [(2, "position")]),
        (["3,,100,VP,,Vera,v@x.example,"], [(2, "position")]),
        (["3,,0,VP,,A,a@x.example,", "3,,0,VP,,B,b@x.example,"], [(3, "position")]),
        (["3,,,VP,,A,a@x.example,", "3,,,VP,,B,A@x.example,"], [(3, "email")]),
        (["3,,,VP,casey,,,", "3,,,VP,casey,,,"], [(3, "user")]),
        (["3,,,VP,casey,,,", "3,,,VP,casey,,other@x.example,"], [(3, "email")]),
        (["3,,,VP,nobody,,,"], [(2, "user")]),
        (["3,,,VP,,A,,"], [(2, "email")]),
        (["3,,,VP,,,a@x.example,"], [(2, "name")]),
        (["3,,,VP,,A,nobody,"], [(2, "email")]),
        (["3,,,VP,,A,a@x.example,call"], [(2, "phone")]),
        (["5,,,,,A,a@x.example,"], [(2, "title")]),
    ],
)
def test_every_problem_is_named_and_nothing_is_written(planned, imported, rung, lines, wrong):
    assert problems(planned(*lines)) == wrong
    with pytest.raises(Moved):
        imported("2,,,Lead,,Lee,lee@x.example,", *lines)
    assert on("2") == []
    assert on("3") == [(0, "Vera"), (1, "Casey")]


def test_a_closed_account_is_refused(planned, rung, casey):
    User.objects.filter(pk=casey.pk).update(is_active=False)
    assert problems(planned("3,,,VP,casey,,,")) == [(2, "user")]


def test_from_file_to_matrix_by_page(office, rung, at):
    chosen = office.post("/contacts/import/", {"text": f"{HEADER}\n3,,,VP,,Noa,noa@desk.example,"})
    page = office.get(chosen["Location"])
    html = page.content.decode()
    for said in ("Positions to add: 0, to change: 1, to remove: 1", "<del>Vera</del>", "not in the file"):
        assert said in html, said
    add_contact(Contact(level="3", title="VP", name="Eve", email="eve@desk.example"), by=None, at=at)
    again = office.post(chosen["Location"], {"digest": page.context["plan"].digest})
    assert again.status_code == 409
    assert on("3") == [(0, "Vera"), (1, "Casey"), (2, "Eve")]
    assert office.post(chosen["Location"], {"digest": again.context["plan"].digest})["Location"] == "/contacts/"
    assert on("3") == [(0, "Noa")]
    assert office.get(chosen["Location"])["Location"] == "/contacts/import/"


def test_a_file_of_customers_is_none_of_the_matrix(office, rung):
    assert office.post("/contacts/import/", {"text": "slug,name\nacme,Acme"}).status_code == 400
    chosen = office.post("/customers/import/", {"text": "slug,name\nacme,Acme"})["Location"]
    assert office.get(chosen.replace("customers", "contacts"))["Location"] == "/contacts/import/"


def test_only_managers_import_and_all_export(office, rung, casey):
    client = Client()
    client.force_login(casey)
    assert client.get("/contacts/export/").status_code == 200
    for address in ("", "template/", "12345678-1234-1234-1234-123456789012/"):
        assert client.get(f"/contacts/import/{address}").status_code == 403
    assert office.get("/contacts/import/template/").status_code == 200


# -- the history ------------------------------------------------------------------------------------------------------


def test_the_history_says_who_stood_where_and_puts_people_back(office, rung, morgan):
    vera = Contact.objects.get(name="Vera")
    seen = office.get(f"/contacts/{vera.pk}/remove/").context["seen"]
    office.post(f"/contacts/{vera.pk}/remove/", {"seen": seen})
    page = office.get("/contacts/history/?rung=3")
    assert "Vera" in page.content.decode()
    assert list(office.get("/contacts/history/?rung=4&page=x").context["page"].object_list) == []
    gone = Tenure.objects.get(name="Vera")
    answer = office.post(f"/contacts/history/{gone.pk}/back/")
    assert answer["Location"] == "/contacts/#rung-3"
    assert "absences to come, enter them again" in office.get("/contacts/").content.decode()
    assert on("3") == [(0, "Vera"), (1, "Casey")]
    assert (
        "stands on this rung already" in office.post(f"/contacts/history/{gone.pk}/back/", follow=True).content.decode()
    )
    assert office.post("/contacts/history/999999/back/").status_code == 404


def test_whoever_had_an_account_comes_back_with_it(office, rung, casey, morgan, at):
    deputy = Contact.objects.get(user=casey)
    seen = office.get(f"/contacts/{deputy.pk}/remove/").context["seen"]
    office.post(f"/contacts/{deputy.pk}/remove/", {"seen": seen})
    gone = Tenure.objects.get(name="Casey")
    reader = Client()
    reader.force_login(casey)
    assert reader.post(f"/contacts/history/{gone.pk}/back/").status_code == 403
    office.post(f"/contacts/history/{gone.pk}/back/")
    assert Contact.objects.get(user=casey).position == 1
