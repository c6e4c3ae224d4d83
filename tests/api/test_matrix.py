"""The contact matrix and absences."""

from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Absence, Contact, Team, User
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields

CONTACT = {"level": 3, "title": "VP Customer Success", "name": "Vera", "email": "vera@desk.example", "position": 1}
KEYS = {"id", "level", "title", "name", "email", "phone", "team", "position", "user"}


def test_the_matrix_is_listed_with_numbers_for_levels(reading: Caller, desk: None) -> None:
    rows = reading.get("/api/v1/contacts/").json()["results"]
    assert [row["level"] for row in rows] == [1, 2, 3, 4, 5, "product", "technical"]
    assert set(rows[0]) == KEYS
    assert [row["level"] for row in reading.get("/api/v1/contacts/?level=technical").json()["results"]] == ["technical"]


def test_a_manager_fills_a_rung(managing: Caller, desk: None, vera: User) -> None:
    made = managing.post("/api/v1/contacts/", CONTACT | {"user": "vera", "team": "emea"})
    assert made.status_code == 201, made.content
    assert made.json() == {"id": made.json()["id"], "phone": "", **CONTACT, "user": "vera", "team": "emea"}
    assert managing.get(made["Location"]).json() == made.json()
    assert managing.patch(made["Location"], {"level": "product", "team": None}).json()["level"] == "product"
    assert managing.delete(made["Location"]).status_code == 204


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"level": 0}, "level"),
        ({"level": 6}, "level"),
        ({"level": "3"}, "level"),
        ({"level": True}, "level"),
        ({"level": "ceo"}, "level"),
        ({"level": None}, "level"),
        ({"level": 1e300}, "level"),
        ({"title": ""}, "title"),
        ({"email": "nobody"}, "email"),
        ({"email": 5}, "email"),
        ({"phone": "1" * 41}, "phone"),
        ({"team": "nowhere"}, "team"),
        ({"user": "nobody"}, "user"),
        ({"position": -1}, "position"),
        ({"position": 10**20}, "position"),
        ({"position": 1e300}, "position"),
        ({"position": "1"}, "position"),
        ({"position": 0}, "position"),
        ({"id": 5}, "id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_with_a_contact_is_named(managing: Caller, desk: None, changed: Any, name: str) -> None:
    assert wrong_fields(managing.post("/api/v1/contacts/", CONTACT | changed)) == {name}


def test_a_position_of_a_team_is_taken_once(managing: Caller, desk: None, emea: Team) -> None:
    assert managing.post("/api/v1/contacts/", CONTACT | {"team": "emea"}).status_code == 201
    assert wrong_fields(managing.post("/api/v1/contacts/", CONTACT | {"team": "emea"})) == {"position"}


def test_a_new_address_is_reachable_again(managing: Caller, desk: None) -> None:
    contact = Contact.objects.get(level="3")
    Contact.objects.update(unreachable_since=timezone.now(), unreachable_reason="550")
    managing.patch(f"/api/v1/contacts/{contact.pk}/", {"phone": "1"})
    contact.refresh_from_db()
    assert contact.unreachable_since
    managing.patch(f"/api/v1/contacts/{contact.pk}/", {"email": "new@desk.example"})
    contact.refresh_from_db()
    assert (contact.unreachable_since, contact.unreachable_reason) == (None, "")


@pytest.mark.parametrize("key", ["0", "999999", "9" * 18, "9" * 30, "x", "-1"])
def test_no_such_contact(managing: Caller, desk: None, key: str) -> None:
    refusal(managing.get(f"/api/v1/contacts/{key}/"), 404)
    refusal(managing.delete(f"/api/v1/contacts/{key}/"), 404)


def absence(**changed: Any) -> dict[str, Any]:
    first, second = Contact.objects.filter(level__in=("3", "4")).values_list("pk", flat=True)
    usual = {"contact": first, "delegate": second, "note": "Leave"}
    return usual | {"starts_at": "2026-12-01T00:00:00Z", "ends_at": "2026-12-24T00:00:00+01:00"} | changed


def test_why_somebody_is_away_is_for_them_and_for_those_who_manage(
    managing: Caller, reading: Caller, desk: None
) -> None:
    made = managing.post("/api/v1/absences/", absence())
    assert made.json()["note"] == "Leave"
    assert reading.get(made["Location"]).json() == made.json() | {"note": ""}


def test_an_absence_is_entered_changed_and_taken_back(managing: Caller, desk: None) -> None:
    made = managing.post("/api/v1/absences/", absence())
    assert made.status_code == 201, made.content
    assert made.json()["ends_at"] == "2026-12-23T23:00:00Z"
    assert set(made.json()) == {"id", "contact", "user", "starts_at", "ends_at", "delegate", "delegate_user", "note"}
    assert managing.patch(made["Location"], {"delegate": None}).json()["delegate"] is None
    assert wrong_fields(managing.patch(made["Location"], {"ends_at": "2026-11-01T00:00:00Z"})) == {"ends_at"}
    listed = managing.get(f"/api/v1/absences/?contact={made.json()['contact']}").json()["results"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    assert managing.get("/api/v1/absences/?contact=999999").json()["results"] == []
    assert managing.delete(made["Location"]).status_code == 204
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"contact": 999_999}, "contact"),
        ({"contact": None}, "contact"),
        ({"contact": True}, "contact"),
        ({"contact": "1"}, "contact"),
        ({"contact": 2**70}, "contact"),
        ({"delegate": 999_999}, "delegate"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"ends_at": "9999-12-31T23:59:59-23:00"}, "ends_at"),
        ({"ends_at": "2026-12-01T00:00:00Z"}, "ends_at"),
        ({"note": "x" * 201}, "note"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_with_an_absence_is_named(managing: Caller, desk: None, changed: Any, name: str) -> None:
    assert wrong_fields(managing.post("/api/v1/absences/", absence(**changed))) == {name}


def test_nobody_stands_in_for_themselves(managing: Caller, desk: None) -> None:
    body = absence()
    assert wrong_fields(managing.post("/api/v1/absences/", body | {"delegate": body["contact"]})) == {"delegate"}


def test_a_user_is_away_wherever_they_stand(managing: Caller, desk: None, casey: User, vera: User) -> None:
    usual = {name: value for name, value in absence().items() if name not in ("contact", "delegate")}
    made = managing.post("/api/v1/absences/", usual | {"user": "vera", "delegate_user": "casey"})
    assert made.status_code == 201, made.content
    assert (made.json()["user"], made.json()["contact"], made.json()["delegate_user"]) == ("vera", None, "casey")
    listed = managing.get("/api/v1/absences/?user=vera").json()["results"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    assert wrong_fields(managing.post("/api/v1/absences/", usual)) == {"contact"}
    assert wrong_fields(managing.post("/api/v1/absences/", usual | {"user": "vera"})) == {"starts_at"}
    circle = usual | {"user": "casey", "delegate_user": "vera"}
    assert wrong_fields(managing.post("/api/v1/absences/", circle)) == {"delegate_user"}


@pytest.mark.parametrize("noun", ["contacts", "absences"])
def test_only_managers_and_administrators_write(
    api: Caller, reading: Caller, nobody: Caller, configuring: Caller, desk: None, noun: str
) -> None:
    body = CONTACT if noun == "contacts" else absence()
    for caller, status in ((api, 403), (reading, 403), (nobody, 401)):
        refusal(caller.post(f"/api/v1/{noun}/", body), status)
    made = configuring.post(f"/api/v1/{noun}/", body)
    assert made.status_code == 201, made.content
    for caller, status in ((api, 403), (reading, 403), (nobody, 401)):
        refusal(caller.patch(made["Location"], {}), status)
        refusal(caller.delete(made["Location"]), status)
    assert reading.get(made["Location"]).status_code == 200
