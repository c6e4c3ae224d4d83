"""The end of an account, or of what it was opened with. Each counts from the very next request on."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.account import post
from contacts.desk_changes import record
from contacts.models import ApiToken, User
from contacts.models.changes import Act, Area


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


def factors_of(user: User) -> list[str]:
    """What they have beside the password, in words."""
    rows = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    named = []
    for row in rows:
        if row.type == Authenticator.Type.TOTP:
            named.append(_("Authenticator app"))
        elif row.type == Authenticator.Type.WEBAUTHN:
            named.append(_("Passkey “%(name)s”") % {"name": row})
    if codes := next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None):
        left = len(codes.wrap().get_unused_codes())
        named.append(ngettext("%d recovery code", "%d recovery codes", left) % left)
    return named


@transaction.atomic
def forget_second_factor(user: User, *, by: User, known_by: str, at: datetime) -> None:
    """For somebody who has lost phone and recovery codes, by an administrator who knows that it is them, and says by
    what. They sign in with the password alone, and set up a new one; they are told by mail."""
    was = factors_of(user)
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    changes = [
        {"what": _("second factor"), "from": ", ".join(was), "to": ""},
        {"what": _("known to be them by"), "from": "", "to": known_by},
    ]
    record(Area.PERSON, Act.CHANGED, called(user), by=by, at=at, changes=changes)
    if user.email:
        post.send("factor_forgotten", user, reverse("security"), at, by=by.name)


def called(user: User) -> str:
    """As the record of changes names them."""
    return f"{user.name} ({user.username})" if user.name != user.username else user.username
