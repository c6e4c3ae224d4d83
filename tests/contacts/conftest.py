"""A CSM, a manager, one customer, a Monday at ten."""

from datetime import UTC, datetime

import pytest

from contacts.models import Customer, CustomerContact, Team, User
from contacts.models.people import Role


@pytest.fixture
def at() -> datetime:
    return datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(slug="emea", name="EMEA")


@pytest.fixture
def casey(team: Team) -> User:
    return User.objects.create(username="casey", first_name="Casey", email="casey@desk.example", team=team)


@pytest.fixture
def morgan(db: None) -> User:
    return User.objects.create(username="morgan", first_name="Morgan", role=Role.MANAGER)


@pytest.fixture
def acme(team: Team) -> Customer:
    customer = Customer.objects.create(slug="acme", name="Acme", annual_value=120_000, tier="Gold", team=team)
    CustomerContact.objects.create(customer=customer, name="Dana", email="dana@acme.example")
    return customer
