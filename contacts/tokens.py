"""Bearer tokens: how programs sign in to the REST API."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from contacts.models import ApiToken, User

PREFIX = "sb_"
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def issue_token(user: User, name: str, at: datetime, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """A new token and its plain text, which is shown once and kept nowhere."""
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(user=user, name=name, digest=digest_of(plain), created_at=at, expires_at=expires_at)
    return token, plain


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
        """Known, unknown, expired and closed cost the same: one digest and one look-up by it."""
        token = ApiToken.objects.select_related("user__team").filter(digest=digest_of(plain)).first()
        if token is None or not token.user.is_active or (token.expires_at and token.expires_at <= at):
            raise AuthenticationFailed(_("This token is unknown, has expired, or its user's account is closed."))
        return token

    @staticmethod
    def _note_use(token: ApiToken, at: datetime) -> None:
        # A write for each request would queue all readers behind SQLite's one lock.
        before = at - USE_IS_NOTED_EVERY
        if token.last_used_at is None or token.last_used_at <= before:
            stale: Any = Q(last_used_at=None) | Q(last_used_at__lte=before)
            ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
