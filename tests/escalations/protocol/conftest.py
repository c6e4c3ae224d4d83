"""A desk whose protocol runs, provisional as it was loaded, and three people who may sign it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from contacts.models import User
from contacts.models.people import Role
from escalations.models.version import Office, ProtocolVersion
from escalations.protocol import versions

OFFICES = list(Office)


@pytest.fixture
def loaded(protocol: None, at: datetime) -> ProtocolVersion:
    """What the fixtures changed after loading is what runs."""
    versions.settings_changed(None, at)
    runs = versions.running()
    assert runs
    return runs


@pytest.fixture
def manager(db: None) -> User:
    return User.objects.create(username="morgan", first_name="Morgan", email="morgan@desk.example", role=Role.MANAGER)


@pytest.fixture
def people(vera: User, admin: User, manager: User) -> list[User]:
    return [vera, admin, manager]


@pytest.fixture
def draft(loaded: ProtocolVersion, manager: User, at: datetime) -> Callable[..., ProtocolVersion]:
    """A draft in which P1 is to be answered in `response`."""

    def begin(response: str = "10m", **more: Any) -> ProtocolVersion:
        made = versions.begin_draft(by=manager, at=at, title="Faster")
        content = made.content
        content["severities"]["P1"]["response_target"] = response
        return versions.edit(made, content, by=manager, at=at, edits=made.edits, **more)

    return begin


@pytest.fixture
def sign(people: list[User], manager: User, at: datetime) -> Callable[..., ProtocolVersion]:
    """Ask for signatures and give the first `count` of them."""

    def all_three(version: ProtocolVersion, count: int = 3) -> ProtocolVersion:
        for office, person in list(zip(OFFICES, people, strict=True))[:count]:
            versions.ask(version, office, person, by=manager, at=at)
            version = versions.sign(version, office, by=person, at=at, seen=version.digest)
        return version

    return all_three
