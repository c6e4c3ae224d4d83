"""Which module answers which address. Each app keeps its own list."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from config import door, faults, health, keys
from escalations import own_channels, proof
from templates_app.reports import door as reports

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one sign-in, with its limits

urlpatterns = [
    path("healthz", health.process, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("healthz/engine", health.engine, name="healthz-engine"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    # Addresses are the matrix's business: nobody changes or adds their own, and there is nothing to confirm.
    re_path(r"^accounts/(?:email|confirm-email|inactive)/", faults.not_found),
    path("accounts/", include("allauth.account.urls")),
    path("keys/", keys.page, name="keys"),
    path("theme/", door.theme, name="theme"),
    path("demo/sign-in/<slug:username>/", door.demo_sign_in, name="demo-sign-in"),
    path("api/v1/", include("config.api_urls")),
    path("mail/<path:rest>", reports.door, name="mail-webhooks"),
    path("", include("escalations.urls")),
    path("", include("contacts.absence_pages.urls")),
    path("contacts/", include("contacts.matrix_urls")),
    path("", include("contacts.urls"), {"desk": own_channels.DESK}),
    path("inbox/", include("templates_app.inbox.urls"), {"seen": proof.seen}),
    path("", include("templates_app.urls")),
    path("", include("metrics.urls")),
]

handler400 = faults.bad_request
handler403 = faults.forbidden
handler404 = faults.not_found
handler500 = faults.broken
