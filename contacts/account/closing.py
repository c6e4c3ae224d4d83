"""The end of an account, or of what it was opened with. Each counts from the very next request on."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from contacts.models import ApiToken, User


def close_account(user: User, at: datetime) -> None:
    """Nobody signs in with it any more; sessions end and tokens are revoked for good, so that opening it again later
    does not bring them back."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
        end_sessions(user)
    user.is_active = False


def end_sessions(user: Any, *, but: str | None = None) -> int:
    """How many were ended. `but`: the key of the one that goes on."""
    ended = 0
    for session in UserSession.objects.filter(user_id=user.pk).exclude(session_key=but or ""):
        session.end()
        ended += 1
    return ended


def forget_second_factor(user: User) -> None:
    """For somebody who has lost phone and recovery codes, by an administrator who knows that it is them. They sign in
    with the password alone, and set up a new one."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        end_sessions(user)
