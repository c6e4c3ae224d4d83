"""How people sign in: allauth's settings. Read by settings.py; docs/operations.md explains the variables."""

from typing import Any
from urllib.parse import urlsplit

from config import environment as env

ROLES = ("csm", "manager", "executive", "admin", "auditor")
PROVIDER = "sso"  # in addresses: /accounts/oidc/sso/login/

AUTHENTICATION_BACKENDS = ["config.accounts.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    # Long rather than odd (NIST SP 800-63B, ASVS 6.2); counted when a password is chosen, never at the sign-in.
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "config.passwords.NotWhatEverybodyTries"},
]
PASSWORD_RESET_TIMEOUT = 2 * 3600  # seconds that the link of a forgotten password works, if it is not used before
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "config.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]  # closed by the adapter
ACCOUNT_EMAIL_VERIFICATION = "none"  # contacts/account/address.py confirms what people change
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail tells of each change to how somebody signs in
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}  # codes count here too; the others stay as allauth has them

MFA_ADAPTER = "config.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators enter the addresses
MFA_RECOVERY_CODES_SHOW_ONCE = True  # right after they are made; then only new ones can be made
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off

SOCIALACCOUNT_ADAPTER = "config.oidc.Adapter"
SOCIALACCOUNT_AUTO_SIGNUP = True  # for whom the adapter lets in; nobody fills in a form
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds


def oidc() -> dict[str, Any]:
    """What OIDC_… say; empty where no OIDC_ISSUER is set."""
    issuer = env.web_address("OIDC_ISSUER")
    if not issuer:
        return {}
    role = env.text("OIDC_NEW_PEOPLE").lower()
    if role and role not in ROLES:
        raise env.WrongSetting(f"OIDC_NEW_PEOPLE must be empty or one of {', '.join(ROLES)}, not {role!r}.")
    given = {"client_id": env.text("OIDC_CLIENT_ID"), "secret": env.text("OIDC_CLIENT_SECRET")}
    if not all(given.values()):
        raise env.WrongSetting("OIDC_ISSUER is set, so OIDC_CLIENT_ID and OIDC_CLIENT_SECRET have to be, too.")
    return given | {
        "issuer": issuer,
        "name": env.text("OIDC_NAME", "single sign-on"),
        "role": role,
        "domains": [domain.lower().removeprefix("@") for domain in env.words("OIDC_DOMAINS")],
        "origin": "{0.scheme}://{0.netloc}".format(urlsplit(issuer)),
    }


def providers(oidc: dict[str, Any]) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS."""
    if not oidc:
        return {}
    app = {
        "provider_id": PROVIDER,
        "name": oidc["name"],
        "client_id": oidc["client_id"],
        "secret": oidc["secret"],
        "settings": {"server_url": oidc["issuer"], "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app], "SCOPE": ["openid", "email", "profile"]}}
