"""Single sign-on by OpenID Connect, where OIDC_… are set: who may come in, and as whom.

The provider is asked for a code with PKCE, and its token is believed only with a signature of its published keys, for
our client, from our issuer. Who has signed in this way before is known by the provider's own identifier (`sub`). The
first time, somebody is known by an address that the provider has verified; who is not known is let in only if
OIDC_NEW_PEOPLE names a role for them, and only with an address in OIDC_DOMAINS where that is set.
"""

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from jwt import PyJWTError
from requests import RequestException

from config.sign_in_settings import PROVIDER
from contacts.models import User


class Adapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing:
            return
        address = _verified_address(sociallogin)
        known = User.objects.filter(email__iexact=address).first() if address else None
        if known and known.is_service:
            raise ImmediateHttpResponse(refused(request))
        if known:
            sociallogin.connect(request, known)
        elif not _is_welcome(address):
            raise ImmediateHttpResponse(refused(request))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """`pre_social_login` has asked."""
        return True

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        sociallogin.user.role = settings.OIDC["role"]
        sociallogin.user.email = _verified_address(sociallogin)
        sociallogin.email_addresses = []  # addresses are ours to keep
        return super().save_user(request, sociallogin, form)

    def on_authentication_error(self, request: HttpRequest, *args: Any, **about: Any) -> None:
        """Whatever went wrong on the way is a page of ours; its cause is the operator's to find, not the visitor's."""
        raise ImmediateHttpResponse(untrusted(request))

    def get_requests_session(self) -> Any:
        session = super().get_requests_session()
        session.max_redirects = 2
        return session


def _verified_address(sociallogin: SocialLogin) -> str:
    return next((str(each.email).lower() for each in sociallogin.email_addresses if each.verified is True), "")


def _is_welcome(address: str) -> bool:
    domains = settings.OIDC["domains"]
    return bool(address and settings.OIDC["role"]) and (not domains or address.rpartition("@")[2] in domains)


def refused(request: HttpRequest) -> HttpResponse:
    return render(request, "account/signup_closed.html", {"single_sign_on": True}, status=403)


def untrusted(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/authentication_error.html", status=403)


class CheckedAdapter(OpenIDConnectOAuth2Adapter):
    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """Always with its signature. allauth trusts the connection where it fetched the token itself."""
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )
        return claims

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **options: Any) -> SocialLogin:
        """Only what a signed token says of somebody who is the same in both answers."""
        login = super().complete_login(request, app, token, **options)
        data = login.account.extra_data
        if "id_token" not in data or data.get("userinfo", data["id_token"]).get("sub") != data["id_token"].get("sub"):
            raise ImmediateHttpResponse(untrusted(request))
        return login


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """GET asks, POST leads to the provider."""
    return _answer(OAuth2LoginView, request, provider_id)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    if not settings.OIDC or provider_id != PROVIDER:
        raise Http404
    try:
        response: HttpResponse = view.adapter_view(CheckedAdapter(request, provider_id))(request)
    except ImmediateHttpResponse as instead:
        return instead.response
    except (PyJWTError, OAuth2Error, KeyError, TypeError):  # an answer that is none
        return untrusted(request)
    except (RequestException, ValueError):  # the provider is away, or answers with something else than JSON
        return render(request, "socialaccount/authentication_error.html", {"is_away": True}, status=503)
    return response
