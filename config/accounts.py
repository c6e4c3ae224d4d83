"""How people sign in: allauth, with sign-up closed."""

from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from config.door import home_of
from contacts.account import post
from contacts.account.closing import end_sessions
from contacts.models import SiteSettings
from contacts.preferences import look

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# In the stock administration they would show secrets, or do nothing here.
NOT_FOR_ADMIN = [Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession]
NOWHERE = "0.0.0.0"


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> Any:
        """With their team, which stands beside the name on every page, and what config/second_factor.py asks for."""
        people = get_user_model()._default_manager.select_related("team")
        user = people.annotate(
            desk_brand=Subquery(SiteSettings.objects.values("brand")[:1]),
            _own_team_only=Subquery(SiteSettings.objects.values("own_team_only")[:1]),  # for escalations/access.py
            roles_with_factor=Subquery(SiteSettings.objects.values("mfa_roles")[:1]),
            has_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)),
        )
        found = user.filter(pk=user_id).first()
        return found if found and self.user_can_authenticate(found) else None


class Adapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {  # what to do, not only what is wrong
        "username_password_mismatch": gettext_lazy("User name or password is not right. Capital letters count."),
        "email_password_mismatch": gettext_lazy("Address or password is not right. Capital letters count."),
        "too_many_login_attempts": gettext_lazy(
            "Too many failed login attempts. Wait five minutes, or choose a new password by “Forgot it?”."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Administrators create the accounts."""
        return False

    def get_client_ip(self, request: HttpRequest) -> Any:
        """The address that rate limits count. Behind our proxy: the one it appended, which nobody can forge."""
        forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
        for given in (forwarded.rpartition(",")[2].strip(), request.META.get("REMOTE_ADDR", "")):
            try:
                return str(ip_address(given.partition("%")[0]))
            except ValueError:
                continue
        return NOWHERE

    def post_login(self, request: HttpRequest, user: Any, **about: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **about)
        look.bring(response, user)
        return response

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Changed, forgotten or first: every other session ends with the old one."""
        super().set_password(user, password)
        if context.request:  # who has just chosen one is not kept out by failed tries of before
            for name in (user.get_username(), getattr(user, "email", "")):
                self._delete_login_attempts_cached_email(context.request, username=name)
        end_sessions(user, but=context.request.session.session_key if context.request else None)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/settings/security/"

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, as all mail: a mail server that is away is no reason to refuse what somebody does."""
        at, what = timezone.now(), template_prefix.rpartition("/")[2]
        if what == "unknown_account":
            path, language = reverse("account_reset_password"), get_language() or ""
            post.send_to_stranger(what, email, path, at, language=language)
        elif what == "password_reset_key":
            path = urlsplit(context["password_reset_url"]).path
            until = at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
            post.send(what, context["user"], path, at, to=email, until=until.isoformat())
        else:
            raise ValueError(f"no words for the mail {template_prefix}")

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **options: Any) -> None:
        """Tells of a change to how somebody signs in."""
        if user.email:
            what, ip = template_prefix.rpartition("/")[2], str(self.get_client_ip(self.request))
            post.send(what, user, reverse("security"), timezone.now(), ip=ip if ip != NOWHERE else "–")
