"""The cast over the wire: a desk with its protocol, and everybody with a token."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from contacts.models import Contact, Customer, CustomerContact, Team, User
from contacts.models.matrix import Level
from contacts.models.people import Role
from contacts.tokens import issue_token
from escalations.models import Calendar, Severity, Ticket
from templates_app.models import CommunicationTemplate

MONDAY_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

SEVERITIES = [
    ("P1", "Critical", "15m", "4h", "1h", "15m", [1, 2, 3, "technical"]),
    ("P2", "High", "1h", "24h", "1bd", "1h", [1, 2, "technical"]),
    ("P3", "Medium", "4h", "5bd", "", "4h", [1]),
    ("P4", "Low", "2bd", "10bd", "", "1bd", [1]),
]


class Caller(APIClient):
    """Speaks JSON with a token; `user` None is somebody who is not signed in."""

    def __init__(self, user: User | None) -> None:
        super().__init__()
        self.default_format = "json"
        if user:
            _token, plain = issue_token(user, "test", timezone.now())
            self.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")

    def request(self, **kwargs: Any) -> Any:
        self._default_format = "json"
        return super().request(**kwargs)


@pytest.fixture
def as_user(db: None) -> Callable[[User | None], Caller]:
    return Caller


@pytest.fixture
def emea(db: None) -> Team:
    return Team.objects.create(slug="emea", name="EMEA")


def person(username: str, role: str, team: Team | None = None) -> User:
    return User.objects.create(
        username=username, first_name=username.title(), email=f"{username}@desk.example", role=role, team=team
    )


@pytest.fixture
def casey(emea: Team) -> User:
    return person("casey", Role.CSM, emea)


@pytest.fixture
def morgan(emea: Team) -> User:
    return person("morgan", Role.MANAGER, emea)


@pytest.fixture
def vera(db: None) -> User:
    return person("vera", Role.EXECUTIVE)


@pytest.fixture
def admin(db: None) -> User:
    return person("admin", Role.ADMIN)


@pytest.fixture
def auditor(db: None) -> User:
    """Reads everything and changes nothing."""
    return person("aud", Role.AUDITOR)


@pytest.fixture
def api(casey: User) -> Caller:
    """Casey, who works on tickets."""
    return Caller(casey)


@pytest.fixture
def managing(morgan: User) -> Caller:
    return Caller(morgan)


@pytest.fixture
def configuring(admin: User) -> Caller:
    return Caller(admin)


@pytest.fixture
def reading(auditor: User) -> Caller:
    return Caller(auditor)


@pytest.fixture
def nobody(db: None) -> Caller:
    return Caller(None)


@pytest.fixture
def desk(db: None) -> None:
    """The four severities, the office's hours, a full matrix, the three templates."""
    hours = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    office = Calendar.objects.create(slug="office", name="Office", timezone="UTC", hours=hours, default=True)
    for code, name, response, resolution, update, step, told in SEVERITIES:
        calendar = office if code in ("P3", "P4") else None
        Severity.objects.create(
            code=code,
            name=name,
            definition=f"{name} issues",
            examples=["Down"],
            response_target=response,
            resolution_target=resolution,
            update_every=update,
            step=step,
            notify_on_open=told,
            calendar=calendar,
            response_calendar=calendar,
        )
    for level in Level.values:
        Contact.objects.create(
            level=level, title=f"Title {level}", name=f"Person {level}", email=f"level-{level}@desk.example"
        )
    for slug in ("acknowledgement", "status-update", "resolution"):
        CommunicationTemplate.objects.create(
            slug=slug,
            name=slug.title(),
            subject="{{ticket_number}}: {{subject}}",
            body="Dear {{contact_name}},\n\nHello.",
        )


@pytest.fixture
def acme(db: None) -> Customer:
    customer = Customer.objects.create(slug="acme", name="Acme", annual_value=120_000, tier="Gold")
    CustomerContact.objects.create(customer=customer, name="Dana", email="dana@acme.example")
    return customer


@pytest.fixture
def log_issue(desk: None, casey: User, acme: Customer) -> Callable[..., Ticket]:
    """Log an issue now: P1 for Acme, owned by Casey, unless said otherwise."""

    def log(severity: str = "P1", **changed: Any) -> Ticket:
        fields = {"customer": acme, "subject": "Nobody can sign in", "by": casey, "owner": casey, "at": timezone.now()}
        return Ticket.objects.open(severity=Severity.objects.get(pk=severity), **(fields | changed))

    return log


@pytest.fixture
def ticket(log_issue: Callable[..., Ticket]) -> Ticket:
    return log_issue()
