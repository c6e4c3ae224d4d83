"""Second factors: set up, asked for, recovered from, and required by role."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from contacts.models import SiteSettings, User
from contacts.tokens import issue_token
from tests.signing_in import SECRET, again, code_of, mails_to, recovery_codes, signed_in, with_app

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def casey(db: None) -> User:
    return User.objects.create_user("casey", "casey@desk.example", SECRET)


def test_an_app_is_set_up_and_then_asked_for(casey: User):
    client = signed_in(casey)
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    again(client)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    key = client.session["mfa.totp.secret"]
    assert "data:image/svg+xml;base64," in page
    assert key in page
    assert "Incorrect code" in client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).content.decode()
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_of(key)})
    assert done["Location"].endswith("recovery-codes/")
    # Shown once, on the page and as a file made of what it shows.
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert page.count(recovery_codes(casey)[0]) == 2
    assert recovery_codes(casey)[0] not in client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert client.get("/accounts/2fa/recovery-codes/download/").status_code == 403
    # What is kept of it is no key.
    assert key not in str(Authenticator.objects.get(user=casey, type="totp").data)


def test_the_password_alone_no_longer_signs_in(casey: User):
    key = with_app(casey)
    client = signed_in(casey)
    assert client.get("/")["Location"].startswith("/accounts/login/")
    assert "Incorrect code" in client.post("/accounts/2fa/authenticate/", {"code": "123456"}).content.decode()
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(key)})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_code_and_a_recovery_code_work_once(casey: User):
    key, spare = with_app(casey), recovery_codes(casey)[0]
    for code in (code_of(key), spare):
        assert signed_in(casey).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
        assert signed_in(casey).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert spare not in recovery_codes(casey)


def test_codes_cannot_be_guessed_for_long(casey: User):
    key = with_app(casey)
    client = signed_in(casey)
    for _try in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "123456"})
    assert "Too many" in client.post("/accounts/2fa/authenticate/", {"code": code_of(key)}).content.decode()
    assert client.get("/").status_code == 302


def test_who_has_lost_everything_is_helped_by_an_administrator(casey: User):
    key = with_app(casey)
    client = signed_in(casey)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(key)})
    admin = signed_in(User.objects.create_user("admin", "admin@desk.example", SECRET, role="admin"))
    page = "/settings/people/casey/factor/"
    assert client.get(page).status_code == 403
    assert "They lost it" in admin.get("/settings/people/casey/").content.decode()
    # An unlocked screen is not enough.
    assert admin.post(page, {"known_by": "video"})["Location"].startswith("/accounts/reauthenticate/")
    again(admin)
    assert "Authenticator app" in admin.get(page).content.decode()
    assert admin.post(page, {"known_by": " "}).status_code == 400
    assert client.get("/").status_code == 200
    assert admin.post(page, {"known_by": "Called me on video"})["Location"] == "/settings/people/casey/"
    assert client.get("/").status_code == 302
    assert signed_in(casey).get("/").status_code == 200
    noted = admin.get("/settings/changes/").content.decode()
    assert "Called me on video" in noted
    assert "10 recovery codes" in noted
    [told] = mails_to(casey)
    assert "removed the second factor of casey" in told
    assert admin.get(page)["Location"] == "/settings/people/casey/"
    assert admin.get("/settings/people/admin/factor/")["Location"] == "/settings/security/"


def test_with_another_secret_key_codes_fit_no_more_and_nothing_breaks(casey: User, settings):
    key = with_app(casey)
    settings.SECRET_KEY = "another" * 9
    client = signed_in(casey)
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(key)}).status_code == 200


@pytest.fixture
def required(casey: User) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"mfa_roles": ["csm"]})


def test_a_role_that_needs_one_is_led_to_it_and_nowhere_else(
    casey: User, required: None, django_capture_on_commit_callbacks: Any
):
    client = signed_in(casey)
    for path in ("/", "/tickets/", "/settings/", "/outbox/", "/admin/"):
        assert client.get(path)["Location"] == "/settings/security/", path
    assert client.post("/tickets/new/", {"subject": "x"})["Location"] == "/settings/security/"
    refused = client.get("/api/v1/tickets/")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert "Your role signs in with a second factor" in client.get("/settings/security/").content.decode()
    again(client)
    client.get("/accounts/2fa/totp/activate/")
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/totp/activate/", {"code": code_of(client.session["mfa.totp.secret"])})
    assert client.get("/tickets/").status_code == 200
    # Turned off, it is wanted again at once.
    client.post("/accounts/2fa/totp/deactivate/")
    on, off = mails_to(casey)
    assert "is asked for when you sign in" in on
    assert "is no longer asked for" in off
    assert "from the address 127.0.0.1" in off
    assert client.get("/tickets/")["Location"] == "/settings/security/"


def test_other_roles_and_tokens_are_left_alone(casey: User, required: None, client: Client):
    morgan = User.objects.create_user("morgan", "morgan@desk.example", SECRET, role="manager")
    assert signed_in(morgan).get("/tickets/").status_code == 200
    _row, token = issue_token(casey, "Nightly", timezone.now())
    assert client.get("/api/v1/tickets/", headers={"Authorization": f"Bearer {token}"}).status_code == 200
