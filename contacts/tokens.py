"""Bearer tokens: how programs sign in to the REST API."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from contacts.desk_changes import record
from contacts.models import ApiToken, Scope, User
from contacts.models.changes import Act, Area
from contacts.models.people import Role

PREFIX = "sb_"
HINT = 4  # characters of the end that are kept, to tell tokens apart
MOST = 20  # live tokens of one person
USE_IS_NOTED_EVERY = timedelta(minutes=1)
SCOPES = list(Scope.values)  # each includes those before it


def issue_token(
    user: User,
    name: str,
    at: datetime,
    expires_at: datetime | None = None,
    *,
    scope: str = Scope.CONFIGURE,
    by: User | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its plain text, which is shown once and kept nowhere. Asks no questions: people come by
    `make_token`. The scope is a limit beside the role's, so the widest one gives nobody more than they have."""
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest_of(plain),
        hint=plain[-HINT:],
        scope=scope,
        created_by=by,
        created_at=at,
        expires_at=expires_at,
    )
    return token, plain


@transaction.atomic
def make_token(
    user: User, *, name: str, scope: str, expires_at: datetime | None, by: User, at: datetime
) -> tuple[ApiToken, str]:
    """As people make them, for themselves or for a service. Raises ValidationError for a scope that the role does not
    have, for an account that is closed, and for one token too many."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two at once are counted one after the other
    if not user.is_active:
        raise ValidationError(_("This account is closed."))
    if not covers(widest(user), scope):
        raise ValidationError({"scope": _("The role of this account does not go as far.")})
    if live_tokens(at).filter(user=user).count() >= MOST:
        raise ValidationError(_("%(n)s tokens are enough. Revoke one that is not needed any more.") % {"n": MOST})
    token, plain = issue_token(user, name, at, expires_at, scope=scope, by=by)
    record(Area.TOKEN, Act.ADDED, about(token), by=by, at=at, changes=[_scope_of(token)])
    return token, plain


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User, at: datetime) -> None:
    """From the next request on. Twice is as once."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        token.revoked_at = at
        record(Area.TOKEN, Act.REVOKED, about(token), by=by, at=at)


def live_tokens(at: datetime) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


def widest(user: User) -> str:
    """What a token of this person may do at most. Executives sign versions of the protocol, which is configuring."""
    if not user.may_work:
        return Scope.READ
    return Scope.CONFIGURE if user.may_manage or user.role == Role.EXECUTIVE else Scope.WORK


def covers(scope: str, needed: str) -> bool:
    return SCOPES.index(scope) >= SCOPES.index(needed)


def about(token: ApiToken) -> str:
    return (
        f"{token.user.username}: {token.name} (…{token.hint})" if token.hint else f"{token.user.username}: {token.name}"
    )


def _scope_of(token: ApiToken) -> dict[str, str]:
    return {"what": _("scope"), "from": "", "to": str(Scope(token.scope).label)}


def digest_of(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer sb_…`. Another scheme, or none, is left to the session."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _blank, plain = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        at = timezone.now()
        token = self._token(plain.strip().decode("latin-1"), at)
        self._note_use(token, at)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Switchback"'

    @staticmethod
    def _token(plain: str, at: datetime) -> ApiToken:
        """Known, unknown, expired, revoked and closed cost the same: one digest and one look-up by it."""
        token = ApiToken.objects.select_related("user__team").filter(digest=digest_of(plain)).first()
        has_ended = token is None or token.revoked_at or (token.expires_at and token.expires_at <= at)
        if token is None or has_ended or not token.user.is_active:
            raise AuthenticationFailed(
                _("This token is unknown, has expired or was revoked, or its user's account is closed.")
            )
        return token

    @staticmethod
    def _note_use(token: ApiToken, at: datetime) -> None:
        # A write for each request would queue all readers behind SQLite's one lock.
        before = at - USE_IS_NOTED_EVERY
        if token.last_used_at is None or token.last_used_at <= before:
            stale: Any = Q(last_used_at=None) | Q(last_used_at__lte=before)
            ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
