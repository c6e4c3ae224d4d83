"""Tokens: who they let in, and what is kept of them."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from contacts.models import ApiToken, User
from contacts.tokens import digest_of, issue_token
from tests.api.conftest import MONDAY_TEN
from tests.api.problems import refusal


def ask(token: str, scheme: str = "Bearer") -> Any:
    return APIClient().get("/api/v1/users/", headers={"Authorization": f"{scheme} {token}"})


def test_a_token_lets_its_user_in(casey: User) -> None:
    _token, plain = issue_token(casey, "script", timezone.now())
    assert plain.startswith("sb_")
    assert ask(plain).status_code == 200
    assert ask(plain, "bearer").status_code == 200


def test_only_the_digest_is_kept(casey: User) -> None:
    token, plain = issue_token(casey, "script", timezone.now())
    assert token.digest == digest_of(plain)
    assert plain not in str(ApiToken.objects.values().get())


@pytest.mark.parametrize("token", ["", "sb_", "sb_wrong", "x" * 10_000, "caf\xe9", "a b"])
def test_an_unknown_token_is_refused(db: None, token: str) -> None:
    assert refusal(ask(token), 401)
    assert ask(token)["WWW-Authenticate"] == 'Bearer realm="Switchback"'


def test_another_scheme_is_not_signed_in(casey: User) -> None:
    _token, plain = issue_token(casey, "script", timezone.now())
    refusal(ask(plain, "Token"), 401)
    refusal(ask("Y2FzZXk6eA==", "Basic"), 401)


def test_an_expired_token_is_refused(casey: User) -> None:
    at = timezone.now()
    _token, plain = issue_token(casey, "script", at, at + timedelta(days=1))
    assert ask(plain).status_code == 200
    with time_machine.travel(at + timedelta(days=1, seconds=1), tick=False):
        refusal(ask(plain), 401)


def test_a_closed_account_is_refused(casey: User) -> None:
    _token, plain = issue_token(casey, "script", timezone.now())
    User.objects.filter(pk=casey.pk).update(is_active=False)
    refusal(ask(plain), 401)


def test_its_use_is_noted_once_a_minute(casey: User) -> None:
    token, plain = issue_token(casey, "script", MONDAY_TEN)
    seen = []
    for seconds in (0, 30, 61):
        with time_machine.travel(MONDAY_TEN + timedelta(seconds=seconds), tick=False):
            ask(plain)
        token.refresh_from_db()
        assert token.last_used_at
        seen.append((token.last_used_at - MONDAY_TEN).total_seconds())
    assert seen == [0, 0, 61]


def test_the_command_prints_a_token_and_nothing_else(casey: User) -> None:
    out = StringIO()
    call_command("create_token", "casey", "--name", "nightly", "--days", "30", stdout=out)
    plain = out.getvalue().strip()
    assert out.getvalue() == f"{plain}\n"
    assert ask(plain).status_code == 200
    token = ApiToken.objects.get()
    assert token.name == "nightly"
    assert token.expires_at == token.created_at + timedelta(days=30)


@pytest.mark.parametrize(
    "arguments", [["nobody"], ["casey", "--days", "0"], ["casey", "--days", "99999"], ["casey", "--name", ""]]
)
def test_the_command_says_what_is_wrong(casey: User, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("create_token", *arguments, stdout=StringIO())
    assert not ApiToken.objects.exists()


def test_the_command_refuses_a_closed_account(casey: User) -> None:
    User.objects.update(is_active=False)
    with pytest.raises(CommandError):
        call_command("create_token", "casey")
