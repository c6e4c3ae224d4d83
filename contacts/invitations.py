"""Invitations by mail: a link with which somebody chooses their first password, and is in.

Signed, for seven days, and good for one use: it names the moment of the invitation and the password that there was, so
a newer invitation, a password by any other way or a changed address ends it.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from contacts.account import post
from contacts.desk_changes import record
from contacts.models import User
from contacts.models.changes import Act, Area
from contacts.models.history import Source

SALT = "contacts.invitation"
GOOD_FOR = timedelta(days=7)


def invite(user: User, by: User, at: datetime) -> None:
    """Also again: the older link ends. Raises ValidationError, in words for people, where there is nobody to invite."""
    if refused := why_not(user):
        raise ValidationError(refused)
    user.invited_at = at
    user.save(update_fields=["invited_at"])
    post.send("invited", user, path_for(user), at, by=by.name, until=(at + GOOD_FOR).isoformat())


@transaction.atomic
def invite_person(user: User, *, by: User, at: datetime, source: str = Source.PAGE) -> None:
    """`invite`, recorded as what an administrator did."""
    invite(user, by, at)
    record(Area.PERSON, Act.INVITED, user.name, by=by, at=at, source=source)


def why_not(user: User) -> str:
    """Empty: they can be invited."""
    if not user.is_active or user.is_service:
        return _("Only people whose account is open can be invited.")
    if not user.email:
        return _("Without an e-mail address nobody can be invited.")
    if user.last_login:
        return _("They have signed in already. If the password is lost, they ask for a new one on the sign-in page.")
    return ""


def path_for(user: User) -> str:
    return reverse("invitation", args=[signing.dumps([user.pk, _fingerprint(user)], salt=SALT)])


def invited_by(token: str) -> User | None:
    """Whose invitation it is; None if it is none, too old or used."""
    try:
        key, fingerprint = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=key, is_active=True, is_service=False).first()
    return user if user and not user.last_login and fingerprint == _fingerprint(user) else None


def _fingerprint(user: User) -> str:
    stand = [user.password, user.email, user.invited_at.isoformat() if user.invited_at else ""]
    return salted_hmac(SALT, "\n".join(stand), algorithm="sha256").hexdigest()[:32]
