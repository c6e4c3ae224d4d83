"""/settings/security/: where one is signed in, the way out everywhere, and another address."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from contacts.account.closing import close_account
from contacts.models import ApiToken, Contact, User
from contacts.tokens import issue_token
from templates_app.models import Notification
from templates_app.views import read
from tests.signing_in import OTHER, SECRET, again, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"


@pytest.fixture
def casey(db: None) -> User:
    return User.objects.create_user("casey", "casey@desk.example", SECRET)


def is_in(client: Client) -> bool:
    return client.get("/tickets/").status_code == 200


def test_places_are_listed_and_ended_one_by_one(casey: User):
    desk, phone = signed_in(casey, **{"User-Agent": LINUX}), signed_in(casey, **{"User-Agent": PHONE})
    eve = signed_in(User.objects.create_user("eve", "eve@desk.example", SECRET))
    page = desk.get("/settings/security/").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert "127.0.0.1" in page
    there = UserSession.objects.get(session_key=phone.session.session_key)
    assert eve.post(f"/settings/security/sessions/{there.pk}/end/").status_code == 404
    assert desk.get(f"/settings/security/sessions/{there.pk}/end/").status_code == 405
    assert desk.post(f"/settings/security/sessions/{there.pk}/end/").status_code == 302
    assert (is_in(desk), is_in(phone), is_in(eve)) == (True, False, True)


def test_everywhere_else_is_one_button(casey: User):
    here, there, elsewhere = (signed_in(casey) for _ in range(3))
    here.post("/settings/security/sessions/end/")
    assert (is_in(here), is_in(there), is_in(elsewhere)) == (True, False, False)


def test_a_changed_password_ends_the_other_sessions(casey: User):
    here, there = signed_in(casey), signed_in(casey)
    right = {"oldpassword": SECRET, "password1": OTHER, "password2": OTHER}
    assert here.post("/accounts/password/change/", right)["Location"] == "/settings/security/"
    assert (is_in(here), is_in(there)) == (True, False)
    assert here.get("/settings/security/").content.decode().count("last seen") == 1


def test_a_closed_account_is_out_at_once_for_good(casey: User, client: Client):
    here = signed_in(casey)
    _row, token = issue_token(casey, "Nightly", timezone.now())
    bearer = {"Authorization": f"Bearer {token}"}
    close_account(casey, timezone.now())
    assert here.get("/tickets/")["Location"].startswith("/accounts/login/")
    assert client.get("/api/v1/tickets/", headers=bearer).status_code == 401
    assert client.post("/accounts/login/", {"login": "casey", "password": SECRET})["Location"] == "/accounts/inactive/"
    User.objects.filter(pk=casey.pk).update(is_active=True)
    assert not is_in(here)
    assert client.get("/api/v1/tickets/", headers=bearer).status_code == 401
    assert ApiToken.objects.get().revoked_at


def test_a_place_is_noted_every_five_minutes(casey: User, django_assert_max_num_queries: Any):
    client = signed_in(casey)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(days=1))
    client.get("/tickets/")
    assert UserSession.objects.get().last_seen_at < timezone.now() - timedelta(hours=1)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        client.get("/tickets/")
        assert UserSession.objects.get().last_seen_at == timezone.now()
    with django_assert_max_num_queries(12):
        client.get("/settings/security/")


def test_an_address_counts_once_its_mailbox_has_said_so(casey: User):
    rung = Contact.objects.create(level="1", title="CSM", user=casey, proved_at=timezone.now(), proved_how="drill")
    client = signed_in(casey)
    asks = "/settings/security/address/"
    assert client.get(asks)["Location"].startswith("/accounts/reauthenticate/")
    again(client)
    User.objects.create_user("bob", "bob@desk.example", SECRET)
    assert "Another account" in client.post(asks, {"email": "BOB@desk.example"}).content.decode()
    assert client.post(asks, {"email": "casey@new.example"}).status_code == 302
    message = Notification.objects.get(kind="account")
    assert (message.to_address, message.user_id) == ("casey@new.example", None)
    casey.refresh_from_db()
    assert casey.email == "casey@desk.example"
    path = confirm_path(message)
    stranger = Client()
    assert "casey@new.example" in stranger.get(path).content.decode()
    casey.refresh_from_db()
    assert casey.email == "casey@desk.example"
    stranger.post(path)
    casey.refresh_from_db()
    rung.refresh_from_db()
    assert (casey.email, rung.proved_at) == ("casey@new.example", None)
    assert stranger.post(path).status_code == 410
    assert Notification.objects.filter(to_address="casey@desk.example", kind="account").exists()


def test_the_outbox_gives_no_link_away(casey: User, settings: Any):
    settings.DEMO = False
    client = signed_in(casey)
    again(client)
    client.post("/settings/security/address/", {"email": "casey@new.example"})
    message = Notification.objects.get(kind="account")
    token = confirm_path(message).split("/")[2]
    shown = read(message, casey)
    assert shown
    assert token not in shown.text + shown.html
    assert client.get(f"/outbox/{message.pk}/").status_code == 404
    User.objects.update(role="manager")
    assert token not in client.get(f"/outbox/{message.pk}/").content.decode()


def confirm_path(message: Notification) -> str:
    from templates_app.mail import compose

    found = re.search(r"/address/\S+/", compose([message], at=message.created_at).text)
    assert found
    return found[0]
