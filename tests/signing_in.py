"""An authenticator app and a signed-in browser, for tests of how people sign in."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.test import Client
from django.utils import timezone

from contacts.models import User
from templates_app.mail import compose
from templates_app.models import Notification

SECRET, OTHER = "a long enough secret", "four words and a comma"


def code_of(secret: str) -> str:
    """What the app shows now."""
    return str(auth.format_hotp_value(auth.hotp_value(secret, int(timezone.now().timestamp()) // 30)))


def with_app(user: User) -> str:
    """Sets one up for them, with recovery codes; returns its key."""
    secret = str(auth.generate_totp_secret())
    auth.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def signed_in(user: User, password: str = SECRET, **headers: str) -> Client:
    client = Client(headers=headers)
    answer = client.post("/accounts/login/", {"login": user.username, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client


def again(client: Client, password: str = SECRET) -> None:
    """Types the password once more, as changes of factors ask for."""
    assert client.post("/accounts/reauthenticate/", {"password": password}).status_code == 302


def recovery_codes(user: User) -> list[str]:
    return list(Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes())


def mails_to(user: User) -> list[str]:
    """What the outbox holds about their account, in words; the oldest first."""
    rows = Notification.objects.filter(kind="account", to_address=user.email).order_by("pk")
    return [mail.subject + "\n" + mail.text for row in rows for mail in [compose([row], at=row.created_at)]]
