"""How people sign in: allauth, with sign-up closed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse

from config.door import home_of
from contacts.preferences import look


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> Any:
        """With their team, which stands beside the name on every page."""
        user = get_user_model()._default_manager.select_related("team").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Administrators create the accounts."""
        return False

    def get_client_ip(self, request: HttpRequest) -> Any:
        """The address that rate limits count. Behind our proxy: the one it appended, which nobody can forge."""
        forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
        return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")

    def post_login(self, request: HttpRequest, user: Any, **about: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **about)
        look.bring(response, user)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/settings/"

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)
