"""The cast and the stage: the protocol as it ships, a filled matrix, one customer, a frozen Monday at ten."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from contacts.models import Contact, Customer, CustomerContact, Team, User
from contacts.models.people import Role
from escalations.models import Calendar, Clock, Severity, Ticket
from escalations.sweep import sweep
from tests.rows import Rows

MONDAY_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    return MONDAY_TEN


@pytest.fixture(scope="session")
def filled_protocol(django_db_setup: None, django_db_blocker: Any) -> Rows:
    with django_db_blocker.unblock():
        return Rows.of(fill_protocol)


def fill_protocol() -> None:
    call_command("load_protocol", verbosity=0)
    Calendar.objects.update(timezone="UTC")
    for contact in Contact.objects.all():
        contact.name, contact.email = f"Person {contact.level}", f"level-{contact.level}@desk.example"
        contact.save()


@pytest.fixture
def protocol(db: None, filled_protocol: Rows) -> None:
    filled_protocol.copy()


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(slug="emea", name="EMEA")


@pytest.fixture
def casey(team: Team) -> User:
    """A CSM, who owns tickets."""
    return User.objects.create(username="casey", first_name="Casey", email="casey@desk.example", team=team)


@pytest.fixture
def bob(team: Team) -> User:
    """Another CSM of the team."""
    return User.objects.create(username="bob", first_name="Bob", email="bob@desk.example", team=team)


@pytest.fixture
def vera(db: None) -> User:
    """The VP."""
    return User.objects.create(username="vera", first_name="Vera", email="level-3@desk.example", role=Role.EXECUTIVE)


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create(username="admin", email="admin@desk.example", role=Role.ADMIN)


@pytest.fixture
def acme(db: None) -> Customer:
    customer = Customer.objects.create(slug="acme", name="Acme", annual_value=120_000, tier="Gold")
    CustomerContact.objects.create(customer=customer, name="Dana", email="dana@acme.example")
    return customer


@pytest.fixture
def log_issue(protocol: None, casey: User, acme: Customer, at: datetime) -> Callable[..., Ticket]:
    """Log an issue: P1 for Acme, owned by Casey, at ten on Monday, unless said otherwise."""

    def log(severity: str = "P1", **changed: Any) -> Ticket:
        fields = {"customer": acme, "subject": "Nobody can sign in", "by": casey, "owner": casey, "at": at} | changed
        return Ticket.objects.open(severity=Severity.objects.get(pk=severity), **fields)

    return log


@pytest.fixture
def run(at: datetime) -> Callable[..., None]:
    """Let the engine run from minute to minute: a sweep at every moment at which something is due, as the tick does."""

    def play(until: float, since: float = 0) -> None:
        end = at + timedelta(minutes=until)
        while True:
            coming = Clock.objects.exclude(next_event_at=None).order_by("next_event_at").first()
            if coming is None or coming.next_event_at > end:
                return
            sweep(max(coming.next_event_at, at + timedelta(minutes=since)))

    return play


def minutes(event_time: datetime) -> float:
    """Minutes after ten."""
    return (event_time - MONDAY_TEN).total_seconds() / 60
