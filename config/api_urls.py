"""The REST API under /api/v1/: one router, one list of nouns."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from config.rest.reference import Reference, SchemaDocument
from config.rest.views import NothingHere
from contacts.api.customers import Customers
from contacts.api.matrix import Absences, Contacts
from contacts.api.teams import Teams
from contacts.api.users import Users
from escalations.api.care import ActionItems, CheckIns
from escalations.api.events import Events
from escalations.api.imports import Imports
from escalations.api.preview import TemplatesWithPreview
from escalations.api.protocol import Calendars, Severities
from escalations.api.tickets import Tickets
from escalations.api.versions import Running, Versions
from escalations.api.webhooks import Webhooks
from metrics.api.kpis import Numbers
from templates_app.api.notifications import Notifications

NOUNS = {
    "tickets": Tickets,
    "events": Events,
    "actions": ActionItems,
    "check-ins": CheckIns,
    "severities": Severities,
    "protocol/versions": Versions,
    "calendars": Calendars,
    "contacts": Contacts,
    "absences": Absences,
    "customers": Customers,
    "users": Users,
    "teams": Teams,
    "templates": TemplatesWithPreview,
    "notifications": Notifications,
    "webhooks": Webhooks,
    "imports": Imports,
}

router = SimpleRouter()
for name, noun in NOUNS.items():
    router.register(name, noun, basename=f"api-{name}")

urlpatterns = [
    path("schema/", SchemaDocument.as_view(), name="api-schema"),
    path("docs/", Reference.as_view(), name="api-docs"),
    path("protocol/", Running.as_view({"get": "retrieve"}), name="api-protocol"),
    path("metrics/kpis/", Numbers.as_view({"get": "kpis"}), name="api-kpis"),
    *router.urls,
    re_path("", NothingHere.as_view()),
]
