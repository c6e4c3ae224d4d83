"""Single sign-on against a real provider: who comes in, as whom, and what is not believed."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from config import sign_in_settings
from contacts.models import SiteSettings, User
from tests.oidc_provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/oidc/sso/login/"


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    provider = Provider()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for name, value in {
        "ISSUER": provider.issuer,
        "CLIENT_ID": CLIENT,
        "CLIENT_SECRET": SECRET,
        "NAME": "Acme",
    }.items():
        monkeypatch.setenv(f"OIDC_{name}", value)
    use(settings)
    yield provider
    provider.stop()


def use(settings: Any) -> None:
    """What OIDC_… say now."""
    settings.OIDC = sign_in_settings.oidc()
    settings.SOCIALACCOUNT_PROVIDERS = sign_in_settings.providers(settings.OIDC)


def come(provider: Provider, **claims: Any) -> tuple[Client, Any]:
    provider.person = {"sub": "42", "email": "casey@desk.example", "email_verified": True} | claims
    client = Client()
    there = client.post(LOGIN)
    back = urlsplit(provider.authorize(there["Location"]))
    return client, client.get(f"{back.path}?{back.query}")


def test_somebody_known_comes_in_by_their_verified_address_and_then_by_who_they_are(provider: Provider):
    casey = User.objects.create_user("casey", "casey@desk.example", "a long enough secret")
    SiteSettings.objects.update_or_create(pk=1, defaults={"mfa_roles": ["csm"]})
    assert "Sign in with Acme" in Client().get("/accounts/login/").content.decode()
    client, answer = come(provider)
    assert answer["Location"] == "/"
    # The provider asks for its own factors, so ours is not wanted; the password goes on working.
    assert client.get("/tickets/").status_code == 200
    casey.refresh_from_db()
    assert casey.check_password("a long enough secret")
    client, answer = come(provider, email="another@desk.example", email_verified=False)
    assert client.get("/tickets/").context["user"].username == "casey"
    User.objects.update(is_active=False)
    client, answer = come(provider)
    assert answer["Location"] == "/accounts/inactive/"


def test_who_is_not_known_stays_outside_unless_a_role_waits_for_them(provider: Provider, settings: Any, monkeypatch):
    User.objects.create_user("casey", "casey@desk.example", "a long enough secret")
    for claims in (
        {"email": "eve@desk.example"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": None},
    ):
        client, answer = come(provider, sub="7", **claims)
        assert answer.status_code == 403, claims
        assert "No account here yet" in answer.content.decode()
    monkeypatch.setenv("OIDC_NEW_PEOPLE", "auditor")
    monkeypatch.setenv("OIDC_DOMAINS", "desk.example")
    use(settings)
    assert come(provider, sub="8", email="eve@evil.example")[1].status_code == 403
    client, answer = come(provider, sub="9", email="nora@desk.example", given_name="Nora", preferred_username="casey")
    nora = User.objects.get(email="nora@desk.example")
    assert (answer["Location"], nora.role, nora.first_name, nora.has_usable_password()) == (
        "/",
        "auditor",
        "Nora",
        False,
    )
    assert nora.username != "casey"
    assert client.get("/settings/security/").status_code == 200


def test_a_token_with_another_signature_is_not_believed(provider: Provider):
    User.objects.create_user("casey", "casey@desk.example", "a long enough secret")
    provider.forge = True
    client, answer = come(provider)
    assert answer.status_code == 403
    assert "can be trusted" in answer.content.decode()
    assert client.get("/tickets/").status_code == 302


def test_a_provider_that_is_away_is_a_page(provider: Provider):
    provider.stop()
    assert "does not answer" in Client().post(LOGIN).content.decode()


def test_without_the_variables_there_is_no_such_door(client: Client):
    assert client.get(LOGIN).status_code == 404
    assert "/accounts/oidc/" not in client.get("/accounts/login/").content.decode()
