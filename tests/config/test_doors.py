"""Addresses that must not open, and answers that must not carry a body."""

import pytest
from django.test import Client

from contacts.models import User

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/x/", "3rdparty/", "3rdparty/signup/"])
def test_pages_of_the_library_that_are_not_ours(client: Client, path: str) -> None:
    client.force_login(User.objects.create(username="casey", email="casey@desk.example"))
    assert client.post(f"/accounts/{path}", {"email": "level-5@desk.example", "action_add": ""}).status_code == 404


@pytest.mark.django_db
def test_head_has_the_length_and_no_body(client: Client) -> None:
    answer = client.head("/accounts/login/")
    assert answer.content == b""
    assert int(answer["Content-Length"]) > 1000


@pytest.mark.django_db
def test_an_executive_who_signs_in_lands_on_what_waits_for_them(client: Client) -> None:
    User.objects.create_user("vera", "vera@desk.example", "switchback", role="executive")
    door = client.get("/")
    assert door["Location"] == "/accounts/login/"
    answer = client.post(door["Location"], {"login": "vera", "password": "switchback"})
    assert answer["Location"] == "/escalated/"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/tickets/?customer=²", "/tickets/?customer=99999999999999999999"])
def test_a_customer_that_is_no_number(client: Client, path: str) -> None:
    client.force_login(User.objects.create(username="casey"))
    assert client.get(path).status_code == 200
