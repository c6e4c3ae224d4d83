"""A forgotten password and a changed one, in our own words and look."""

import re

import pytest
from django.core import mail
from django.test import Client

from contacts.models import User

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both

SECRET, OTHER = "a long enough secret", "four words and a comma"


@pytest.fixture
def casey(db: None) -> User:
    return User.objects.create_user("casey", "casey@desk.example", SECRET)


@pytest.fixture(autouse=True)
def _post(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def link_in(text: str) -> str:
    return re.findall(r"https?://\S+?(/accounts/\S+)", text)[0]


def test_a_forgotten_password_is_replaced_by_a_link(casey: User, client: Client):
    html = client.post("/accounts/password/reset/", {"email": casey.email}, follow=True).content.decode()
    assert "Look into your mail" in html
    [sent] = mail.outbox
    assert "Choose a new password" in sent.subject
    assert "Thank you for using" not in sent.body
    page = client.get(link_in(sent.body), follow=True)
    assert "New password" in page.content.decode()
    done = client.post(page.redirect_chain[-1][0], {"password1": OTHER, "password2": OTHER}, follow=True)
    assert "Your password is changed" in done.content.decode()
    casey.refresh_from_db()
    assert casey.check_password(OTHER)


def test_a_link_that_was_used_says_what_to_do(casey: User, client: Client):
    html = client.get("/accounts/password/reset/key/1-set-password/").content.decode()
    assert "This link no longer works" in html
    assert "Bad Token" not in html


def test_whether_an_account_exists_is_not_told(casey: User, client: Client):
    html = client.post("/accounts/password/reset/", {"email": "eve@desk.example"}, follow=True).content.decode()
    assert "Look into your mail" in html
    assert "no account with this address" in mail.outbox[0].body


def test_a_password_is_changed_within_the_frame(casey: User, client: Client):
    client.force_login(casey)
    html = client.get("/accounts/password/change/").content.decode()
    assert 'class="sidebar"' in html
    wrong = client.post("/accounts/password/change/", {"oldpassword": "no", "password1": OTHER, "password2": OTHER})
    assert "One thing needs your attention" in wrong.content.decode()
    right = {"oldpassword": SECRET, "password1": OTHER, "password2": OTHER}
    assert client.post("/accounts/password/change/", right)["Location"] == "/settings/security/"
    casey.refresh_from_db()
    assert casey.check_password(OTHER)


def test_a_short_password_is_refused_beside_its_field(casey: User, client: Client):
    client.force_login(casey)
    given = {"oldpassword": SECRET, "password1": "short", "password2": "short"}
    html = client.post("/accounts/password/change/", given).content.decode()
    assert "at least 12 characters" in html
