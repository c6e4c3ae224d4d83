"""The OpenAPI document: the API keeps what it promises, whatever is sent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from config.wsgi import application
from contacts.models import Absence, Contact, User
from contacts.tokens import issue_token
from escalations.importing import run
from escalations.models import CheckIn, Event, Ticket
from escalations.protocol import versions
from templates_app.models import Notification
from tests.templates_app.webhooks import delivery, endpoint

EXAMPLES = 6 if "sqlite" in django_settings.DATABASES["default"]["ENGINE"] else 2  # the shapes differ by no database
# What a schema cannot say (a customer that exists, a time that lies ahead) is a 400 that names the field.
ACCEPTED = ["2xx", "304", "400", "401", "403", "404", "409", "412", "422"]
# A precondition is looked at before the body is (RFC 9110): whatever is wrong with that, 412 comes first.
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "429"]
CHECKS = {"positive_data_acceptance": ACCEPTED, "negative_data_rejection": REFUSED}
CONFIG = {"checks": {name: {"expected-statuses": statuses} for name, statuses in CHECKS.items()}}

described = schemathesis.openapi.from_wsgi("/api/v1/schema/", application, config=SchemathesisConfig.from_dict(CONFIG))


@pytest.fixture
def names(ticket: Ticket, admin: User) -> dict[str, str]:
    """One of each noun, by the noun's address or the name of its parameter."""
    at = timezone.now()
    contact = Contact.objects.all()[0]
    absence = Absence.objects.create(contact=contact, starts_at=at, ends_at=at + timedelta(days=1))
    versions.settings_changed(None, at, begin=True)
    version = versions.begin_draft(by=admin, at=at)
    hook = endpoint("https://hooks.example.com/")
    sent = delivery(hook, about=ticket.number)
    sent_rows = run.keep([(2, {"id": "Z-1"})], source="zendesk", name="", by=admin, at=at)
    to_do = ticket.add_action(text="Look", owner=admin, due_on=at.date(), by=admin, at=at)
    look = CheckIn.objects.create(ticket=ticket, day=1, due_at=at)
    return {
        "tickets": ticket.number,
        "actions": str(to_do.pk),
        "check-ins": str(look.pk),
        "events": str(Event.objects.values_list("uid", flat=True)[0]),
        "severities": "P2",
        "calendars": "office",
        "contacts": str(contact.pk),
        "absences": str(absence.pk),
        "customers": "acme",
        "users": "casey",
        "teams": "emea",
        "templates": "resolution",
        "protocol": str(version.pk),
        "notifications": str(Notification.objects.values_list("pk", flat=True)[0]),
        "webhooks": str(hook.pk),
        "delivery": str(sent.pk),
        "imports": str(sent_rows.pk),
    }


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """As Django's own test client has it: the end of a request does not close the test's connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def _no_limits(settings: Any) -> None:
    """Hundreds of requests without a token come from this one address."""
    settings.API_RATE = settings.API_FAILED_RATE = None


@pytest.mark.usefixtures("_one_connection", "_no_limits")
@described.parametrize()
@hypothesis_settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_operation_keeps_its_promises(case: schemathesis.Case, names: dict[str, str], admin: User) -> None:
    if case.meta and case.meta.generation.mode == GenerationMode.POSITIVE:
        noun = names.get(case.path.split("/")[3], "")
        case.path_parameters = {name: names.get(name, noun) for name in case.path_parameters}
    _token, plain = issue_token(admin, "test", timezone.now())
    # In-process nothing unpacks a compressed answer.
    case.call_and_validate(headers={"Authorization": f"Bearer {plain}", "Accept-Encoding": "identity"})
