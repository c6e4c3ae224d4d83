"""Signing in, the demo's doors, and the pages for what went wrong."""

import pytest
from django.test import Client

from contacts.models import User
from contacts.models.people import Role

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both


@pytest.fixture
def casey(db):
    return User.objects.create_user("casey", "casey@desk.example", "a long enough secret")


@pytest.fixture
def demo(settings):
    settings.DEMO = True


def test_a_person_signs_in_by_name_or_address(client, casey):
    for login in ("casey", "casey@desk.example"):
        response = client.post("/accounts/login/", {"login": login, "password": "a long enough secret"})
        assert response["Location"] == "/", login
        client.logout()


def test_an_executive_lands_where_things_wait(client, casey):
    casey.role = Role.EXECUTIVE
    casey.save()
    response = client.post("/accounts/login/", {"login": "casey", "password": "a long enough secret"})
    assert response["Location"] == "/escalated/"


def test_a_wrong_password_keeps_the_name(client, casey):
    html = client.post("/accounts/login/", {"login": "casey", "password": "wrong"}).content.decode()
    assert 'value="casey"' in html
    assert "One thing needs your attention" in html


def test_nobody_signs_up(client, db):
    assert client.post("/accounts/signup/", {"username": "eve", "password1": "x" * 14}).status_code != 302
    assert not User.objects.filter(username="eve").exists()


def test_one_click_signs_into_the_demo(client, casey, demo):
    assert "/demo/sign-in/casey/" in client.get("/accounts/login/").content.decode()
    assert client.post("/demo/sign-in/casey/")["Location"] == "/"
    assert client.get("/").status_code == 200


def test_outside_the_demo_there_is_no_such_door(client, casey, settings):
    settings.DEMO = False
    assert "/demo/sign-in/" not in client.get("/accounts/login/").content.decode()
    assert client.post("/demo/sign-in/casey/").status_code == 404


def test_only_the_cast_has_a_door(client, demo, db):
    User.objects.create_user("root", "root@desk.example", "x", is_superuser=True)
    assert client.post("/demo/sign-in/root/").status_code == 404
    assert client.get("/demo/sign-in/casey/").status_code == 405


def test_the_demo_door_leads_to_our_own_pages_only(client, casey, demo):
    assert client.post("/demo/sign-in/casey/", {"next": "//evil.example/"})["Location"] == "/"
    assert client.post("/demo/sign-in/casey/", {"next": "/tickets/"})["Location"] == "/tickets/"


def test_what_is_not_there_has_a_reference(client, db):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "<code>" in response.content.decode()


def test_a_forged_form_is_refused_in_our_own_look(casey):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(casey)
    response = strict.post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    html = response.content.decode()
    assert "This form has become too old" in html
    assert "Your role does not allow it" not in html


@pytest.mark.parametrize("wanted", ["abc", "-1", "😀", "9999-12-31T23:59", "//testserver/x", "/\\evil.example", "?a=b"])
def test_what_is_no_path_of_ours_leads_home(client, casey, demo, wanted):
    assert client.post("/theme/", {"theme": "dark", "next": wanted})["Location"] == "/"
    assert client.post("/demo/sign-in/casey/", {"next": wanted})["Location"] == "/"


def test_a_crash_shows_a_page_that_needs_no_database(rf):
    from config.faults import broken

    response = broken(rf.get("/"))
    assert response.status_code == 500
    assert "Reference" in response.content.decode()
