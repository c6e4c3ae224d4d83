"""A forgotten password and a changed one, in our own words and look."""

import re
from typing import Any

import pytest
from django.test import Client

from contacts.models import User
from templates_app.models import Notification
from templates_app.views import read, visible_to
from tests.signing_in import OTHER, SECRET, mails_to

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both


@pytest.fixture
def casey(db: None) -> User:
    return User.objects.create_user("casey", "casey@desk.example", SECRET)


def link_in(text: str) -> str:
    return re.findall(r"https?://\S+?(/accounts/\S+)", text)[0]


def test_a_forgotten_password_is_replaced_by_a_link(casey: User, client: Client, settings: Any):
    html = client.post("/accounts/password/reset/", {"email": casey.email}, follow=True).content.decode()
    assert "Look into your mail" in html
    [sent] = mails_to(casey)
    assert "Choose a new password" in sent
    page = client.get(link_in(sent), follow=True)
    assert "New password" in page.content.decode()
    done = client.post(page.redirect_chain[-1][0], {"password1": OTHER, "password2": OTHER}, follow=True)
    assert "Your password is changed" in done.content.decode()
    casey.refresh_from_db()
    assert casey.check_password(OTHER)
    assert "by a link that went to this mailbox" in mails_to(casey)[1]
    assert "This link no longer works" in Client().get(link_in(sent)).content.decode()
    # Who looks into the outbox gets no such link, and colleagues see none of these mails.
    settings.DEMO = False
    row = Notification.objects.order_by("pk").first()
    morgan = User(username="morgan", role="manager", pk=0)
    shown = read(row, morgan)
    assert shown
    assert link_in(sent).split("/")[-2] not in shown.text + shown.html
    assert row in visible_to(morgan)
    assert not visible_to(User(role="csm"))


def test_a_link_that_was_used_says_what_to_do(casey: User, client: Client):
    html = client.get("/accounts/password/reset/key/1-set-password/").content.decode()
    assert "This link no longer works" in html
    assert "Bad Token" not in html


def test_whether_an_account_exists_is_not_told(casey: User, client: Client):
    html = client.post("/accounts/password/reset/", {"email": "eve@desk.example"}, follow=True).content.decode()
    assert "Look into your mail" in html
    assert "no account with this address" in mails_to(User(email="eve@desk.example"))[0]


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
