"""/settings/: everybody arranges Switchback for themselves, and it follows them."""

from datetime import time
from typing import Any

import pytest
from django.test import Client

from contacts.models import ApiToken, User
from contacts.models.people import Role

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both

GIVEN = {"first_name": "Casey", "last_name": "Jones", "phone": "+49 30 1234", "time_zone": "Europe/Berlin"}
GIVEN |= {"language": "de", "mail_rhythm": "daily", "daily_at": "08:30", "quiet_from": "22:00", "quiet_until": "07:00"}
GIVEN |= {"theme": "dark", "desktop_alerts": "on"}


@pytest.fixture
def casey(db: None) -> User:
    return User.objects.create_user("casey", "casey@desk.example", "a long enough secret")


@pytest.fixture
def desk(casey: User, client: Client) -> Client:
    client.force_login(casey)
    return client


def html_of(desk: Client, **changed: Any) -> tuple[int, str]:
    response = desk.post("/settings/", GIVEN | changed)
    return response.status_code, response.content.decode()


def test_everything_is_kept_and_said(desk: Client, casey: User):
    response = desk.post("/settings/", GIVEN, follow=True)
    casey.refresh_from_db()
    assert (casey.name, casey.phone, casey.time_zone, casey.language) == (
        "Casey Jones", "+49 30 1234", "Europe/Berlin", "de",
    )  # fmt: skip
    assert (casey.mail_rhythm, casey.daily_at, casey.quiet_from, casey.quiet_until) == (
        "daily", time(8, 30), time(22), time(7),
    )  # fmt: skip
    assert (casey.theme, casey.desktop_alerts) == ("dark", True)
    assert 'data-theme="dark"' in response.content.decode()
    assert "toast" in response.content.decode()


def test_nobody_needs_to_choose_anything(desk: Client, casey: User):
    assert desk.post("/settings/", {"mail_rhythm": "at_once"})["Location"] == "/settings/"
    casey.refresh_from_db()
    assert (casey.time_zone, casey.quiet_from, casey.daily_at) == ("", None, time(8))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"time_zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"language": "xx"}, "xx"),
        ({"mail_rhythm": "never"}, "never"),
        ({"quiet_until": ""}, "Give both times"),
        ({"quiet_until": "22:00"}, "This is when they begin"),
        ({"quiet_until": "20:01"}, "Leave at least two hours a day"),
        ({"quiet_from": "25:00"}, "Enter a valid time"),
        ({"daily_at": "06:00"}, "within your quiet hours"),
        ({"phone": "call me"}, "A phone number has digits"),
        ({"first_name": "x" * 151}, "at most 150 characters"),
        ({"theme": "pink"}, "pink"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_kept(desk: Client, casey: User, changed: Any, said: str):
    status, html = html_of(desk, **changed)
    assert status == 400
    assert said in html
    assert 'aria-invalid="true"' in html
    assert 'value="Jones"' in html or "first_name" in changed
    casey.refresh_from_db()
    assert (casey.last_name, casey.theme) == ("", "")


def test_nobody_changes_what_is_not_theirs(desk: Client, casey: User):
    html_of(desk, role="admin", username="root", email="root@desk.example", is_superuser="on")
    casey.refresh_from_db()
    assert (casey.role, casey.username, casey.email, casey.is_superuser) == (
        "csm", "casey", "casey@desk.example", False,
    )  # fmt: skip


def test_people_who_only_read_have_settings_too(client: Client, casey: User):
    User.objects.filter(pk=casey.pk).update(role=Role.AUDITOR)
    client.force_login(casey)
    assert client.post("/settings/", GIVEN).status_code == 302


def test_signed_out_there_is_nothing_to_set(client: Client, db: None):
    assert client.get("/settings/")["Location"].startswith("/accounts/login/")
    assert client.post("/settings/", GIVEN)["Location"].startswith("/accounts/login/")


def test_a_zone_with_an_old_name_stays_until_it_is_changed(desk: Client, casey: User):
    User.objects.filter(pk=casey.pk).update(time_zone="US/Eastern")
    assert 'value="US/Eastern" selected' in desk.get("/settings/").content.decode()


def test_own_tokens_are_listed_and_nobody_elses(desk: Client, casey: User):
    other = User.objects.create(username="bob")
    for number, (user, name) in enumerate([(casey, "Nightly import"), (other, "Secret robot")]):
        ApiToken.objects.create(user=user, name=name, digest=str(number), created_at="2026-11-23T10:00Z")
    html = desk.get("/settings/").content.decode()
    assert "Nightly import" in html
    assert "Secret robot" not in html


def test_the_look_comes_along_to_another_device(casey: User, client: Client):
    User.objects.filter(pk=casey.pk).update(theme="dark")
    response = client.post("/accounts/login/", {"login": "casey", "password": "a long enough secret"})
    assert response.cookies["theme"].value == "dark"


def test_the_look_of_the_menu_is_the_same_choice(desk: Client, casey: User):
    desk.post("/theme/", {"theme": "light"})
    casey.refresh_from_db()
    assert casey.theme == "light"
    desk.post("/theme/", {"theme": ""})
    casey.refresh_from_db()
    assert casey.theme == ""


def test_the_page_costs_few_queries(desk: Client, django_assert_max_num_queries: Any):
    with django_assert_max_num_queries(7):
        desk.get("/settings/")


def test_every_shortcut_stands_on_its_page(desk: Client):
    from config.keys import GROUPS

    html = desk.get("/keys/").content.decode()
    assert all(str(title) in html for title, _keys in GROUPS)
    there = [key for _title, keys in GROUPS for key in keys if key.does != "go" or is_page(desk, key.what)]
    assert html.count("<dt><kbd>") == len(there)


def is_page(desk: Client, path: str) -> bool:
    return desk.get(path).status_code == 200
