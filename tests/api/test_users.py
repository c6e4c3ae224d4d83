"""People who sign in."""

from typing import Any

import pytest

from contacts.models import DeskChange, User
from tests.api.conftest import PASSWORD, Caller
from tests.api.problems import refusal, wrong_fields

pytestmark = pytest.mark.once  # forms, words and rights; test_schema asks every operation on both

NEW = {
    "username": "noor",
    "first_name": "Noor",
    "last_name": "Haddad",
    "email": "noor@desk.example",
    "role": "csm",
    "team": "emea",
    "phone": "+49 30 1",
    "time_zone": "Europe/Berlin",
    "active": True,
}


def test_users_are_listed_and_read(reading: Caller, casey: User, morgan: User) -> None:
    rows = reading.get("/api/v1/users/").json()["results"]
    assert [row["username"] for row in rows] == ["aud", "casey", "morgan"]
    assert rows[1] == reading.get("/api/v1/users/casey/").json()
    assert set(rows[1]) == {*NEW, "name"}
    assert [row["username"] for row in reading.get("/api/v1/users/?role=manager").json()["results"]] == ["morgan"]
    assert wrong_fields(reading.get("/api/v1/users/?role=king")) == {"role"}


def test_an_administrator_makes_and_changes_users(configuring: Caller, casey: User) -> None:
    made = configuring.post("/api/v1/users/", NEW | {"password": PASSWORD})
    assert made.status_code == 201, made.content
    assert made.json() == NEW | {"name": "Noor Haddad"}
    assert User.objects.get(username="noor").check_password(PASSWORD)
    assert configuring.patch(made["Location"], {"role": "manager", "active": False}).json()["active"] is False
    refusal(configuring.delete(made["Location"]), 405)


def test_a_name_of_any_script_has_an_address(configuring: Caller) -> None:
    made = configuring.post("/api/v1/users/", {"username": "Зоя"})
    assert made["Location"].isascii()
    assert configuring.get(made["Location"]).json()["username"] == "Зоя"


def test_without_a_password_nobody_signs_in(configuring: Caller, casey: User) -> None:
    configuring.post("/api/v1/users/", {"username": "noor"})
    assert not User.objects.get(username="noor").has_usable_password()


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"username": "casey"}, "username"),
        ({"username": "Casey"}, "username"),
        ({"username": "two words"}, "username"),
        ({"username": ""}, "username"),
        ({"email": "nobody"}, "email"),
        ({"email": "CASEY@desk.example"}, "email"),
        ({"role": "king"}, "role"),
        ({"role": 1}, "role"),
        ({"team": "nowhere"}, "team"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"active": "no"}, "active"),
        ({"password": "short"}, "password"),
        ({"is_superuser": True}, "is_superuser"),
        ({"name": "x"}, "name"),
    ],
)
def test_what_is_wrong_is_named(configuring: Caller, casey: User, changed: Any, name: str) -> None:
    assert wrong_fields(configuring.post("/api/v1/users/", NEW | changed)) == {name}


def test_an_address_belongs_to_one_user(configuring: Caller, casey: User, morgan: User) -> None:
    assert wrong_fields(configuring.patch("/api/v1/users/morgan/", {"email": "casey@desk.example"})) == {"email"}
    assert configuring.patch("/api/v1/users/morgan/", {"email": ""}).status_code == 200


def test_nobody_locks_themselves_out(configuring: Caller) -> None:
    assert wrong_fields(configuring.patch("/api/v1/users/admin/", {"active": False})) == {"active"}
    assert wrong_fields(configuring.patch("/api/v1/users/admin/", {"role": "csm"})) == {"role"}
    assert configuring.patch("/api/v1/users/admin/", {"phone": "1"}).status_code == 200


def test_a_password_is_not_changed_here(configuring: Caller, casey: User) -> None:
    assert wrong_fields(configuring.patch("/api/v1/users/casey/", {"password": PASSWORD})) == {"password"}


def test_only_administrators_write(api: Caller, managing: Caller, reading: Caller, nobody: Caller) -> None:
    for caller, status in ((api, 403), (managing, 403), (reading, 403), (nobody, 401)):
        refusal(caller.post("/api/v1/users/", NEW), status)
        refusal(caller.patch("/api/v1/users/casey/", {"phone": "1"}), status)


def test_what_is_changed_is_recorded_and_the_last_administrator_stays(
    configuring: Caller, admin: User, morgan: User
) -> None:
    configuring.patch("/api/v1/users/morgan/", {"role": "admin"})
    other = Caller(User.objects.get(username="morgan"))
    assert other.patch("/api/v1/users/admin/", {"role": "csm"}).status_code == 200
    refusal(configuring.patch("/api/v1/users/morgan/", {"role": "csm"}), 403)
    assert other.patch("/api/v1/users/admin/", {"active": False}).status_code == 200
    refusal(configuring.get("/api/v1/users/"), 401)
    rows = DeskChange.objects.order_by("pk").values_list("act", "about", "by__username", "source")
    assert [tuple(row) for row in rows] == [
        ("changed", "Morgan (morgan)", "admin", "api"),
        ("changed", "Admin (admin)", "morgan", "api"),
        ("closed", "Admin (admin)", "morgan", "api"),
    ]
    said = DeskChange.objects.order_by("pk").first()
    assert said is not None
    assert said.changes == [{"what": "role", "from": "Manager", "to": "Administrator"}]
