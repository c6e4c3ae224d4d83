"""Which module answers which address. Each app keeps its own list."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from config import accounts, door, entrances, faults, health, keys, oidc
from contacts.settings_pages import leaving
from escalations import handing_over, own_channels, proof
from templates_app.reports import door as reports

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one sign-in, with its limits
admin.site.unregister(accounts.NOT_FOR_ADMIN)

urlpatterns = [
    path("healthz", health.process, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("healthz/engine", health.engine, name="healthz-engine"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    # Not our pages, though allauth has them: /settings/security/ shows factors and sessions on one page and changes an
    # address once its mailbox has confirmed it; nobody signs up, and what is connected is connected at the sign-in.
    re_path(r"^accounts/(?:email|confirm-email)/", faults.not_found),
    re_path(r"^accounts/(?:2fa/(?:webauthn/)?|sessions/)$", door.to_security),
    re_path(r"^accounts/3rdparty/(?:signup/)?$", faults.not_found),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("accounts/oidc/<slug:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("accounts/oidc/<slug:provider_id>/login/callback/", oidc.callback, name="openid_connect_callback"),
    path("invitation/<str:token>/", entrances.invitation, name="invitation"),
    path("setup/<str:token>/", entrances.first_administrator, name="first-administrator"),
    path("keys/", keys.page, name="keys"),
    path("theme/", door.theme, name="theme"),
    path("demo/sign-in/<slug:username>/", door.demo_sign_in, name="demo-sign-in"),
    path("api/v1/", include("config.api_urls")),
    path("mail/<path:rest>", reports.door, name="mail-webhooks"),
    path("", include("escalations.urls")),
    path("", include("contacts.account.urls")),
    path("", include("contacts.absence_pages.urls")),
    path("contacts/", include("contacts.matrix_urls")),
    path("", include("contacts.urls"), {"desk": own_channels.DESK}),
    path("settings/people/<str:username>/off/", leaving.switch_off, {"work": handing_over.WORK}, name="person-off"),
    path("settings/", include("contacts.settings_pages.urls")),
    path("settings/", include("escalations.settings_pages.urls")),
    path("inbox/", include("templates_app.inbox.urls"), {"seen": proof.seen}),
    path("", include("templates_app.urls")),
    path("", include("metrics.urls")),
]

handler400 = faults.bad_request
handler403 = faults.forbidden
handler404 = faults.not_found
handler429 = faults.too_many
handler500 = faults.broken
