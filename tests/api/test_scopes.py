"""How wide a token is: asked for every call of the API, in one place."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from config.api_urls import NOUNS, router
from config.rest.permissions import ReadOnly
from contacts.models import ApiToken, DeskChange, Scope, User
from contacts.tokens import MOST, issue_token, make_token, revoke_token, widest
from tests.api.conftest import Caller
from tests.api.problems import refusal

pytestmark = pytest.mark.once


def caller(user: User, scope: str) -> APIClient:
    client = Caller(None)
    _token, plain = issue_token(user, scope, timezone.now(), scope=scope)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
    return client


# A write of each noun: the address, the method, and the scope that it takes.
WRITES = [
    ("post", "tickets/", "work"),
    ("patch", "tickets/ESC-1/", "work"),
    ("post", "tickets/ESC-1/acknowledge/", "work"),
    ("post", "tickets/ESC-1/take/", "work"),
    ("patch", "severities/P1/", "configure"),
    ("post", "calendars/", "configure"),
    ("delete", "calendars/office/", "configure"),
    ("post", "contacts/", "configure"),
    ("patch", "contacts/1/", "configure"),
    ("post", "absences/", "configure"),
    ("post", "customers/", "configure"),
    ("post", "users/", "configure"),
    ("patch", "users/casey/", "configure"),
    ("post", "templates/", "configure"),
    ("post", "protocol/versions/", "configure"),
    ("put", "protocol/versions/1/content/", "configure"),
    ("post", "protocol/versions/1/sign/", "configure"),
]


def test_a_token_does_what_its_scope_says_and_no_more(admin: User) -> None:
    callers = {scope: caller(admin, scope) for scope in Scope.values}
    order = list(Scope.values)
    for method, path, needed in WRITES:
        for scope, client in callers.items():
            answer = getattr(client, method)(f"/api/v1/{path}", {})
            if order.index(scope) >= order.index(needed):
                assert answer.status_code != 403, (path, scope)
                continue
            said = refusal(answer, 403)
            assert said["scope"] == needed, (path, scope)
            assert needed in said["detail"]
    for noun in NOUNS:
        assert callers["read"].get(f"/api/v1/{noun}/").status_code == 200, noun


def test_every_call_of_the_api_asks_for_a_scope() -> None:
    """All that writes does so under a permission that knows scopes; each of its actions, too."""
    for _prefix, noun, _name in router.registry:
        permissions = [*noun.permission_classes]
        for extra in noun.get_extra_actions():
            permissions += extra.kwargs.get("permission_classes", [])
        assert permissions, noun
        assert all(issubclass(each, ReadOnly) for each in permissions), noun


def test_the_role_stays_the_other_limit(casey: User, auditor: User) -> None:
    refusal(caller(casey, "configure").patch("/api/v1/severities/P1/", {}), 403)
    refusal(caller(auditor, "configure").post("/api/v1/tickets/", {}), 403)


def test_who_may_have_which_scope(casey: User, morgan: User, vera: User, admin: User, auditor: User) -> None:
    wide = {user.username: widest(user) for user in (casey, morgan, vera, admin, auditor)}
    assert wide == {"casey": "work", "morgan": "configure", "vera": "configure", "admin": "configure", "aud": "read"}


def test_a_revoked_token_is_refused_at_once(casey: User) -> None:
    at = timezone.now()
    token, plain = make_token(casey, name="Nightly", scope="read", expires_at=None, by=casey, at=at)
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {plain}")
    assert client.get("/api/v1/users/").status_code == 200
    revoke_token(token, by=casey, at=at)
    revoke_token(token, by=casey, at=at)
    refusal(client.get("/api/v1/users/"), 401)
    assert [row.act for row in DeskChange.objects.all()] == ["revoked", "added"]
    assert plain not in str([*DeskChange.objects.values(), *ApiToken.objects.values()])
    assert token.hint == plain[-4:]


def test_twenty_live_tokens_are_enough(casey: User) -> None:
    at = timezone.now()
    for number in range(MOST):
        issue_token(casey, str(number), at, at + timedelta(days=1))
    make = {"name": "one more", "scope": "read", "expires_at": None, "by": casey}
    with pytest.raises(Exception, match="20 tokens"):
        make_token(casey, at=at, **make)
    make_token(casey, at=at + timedelta(days=2), **make)  # those have expired
