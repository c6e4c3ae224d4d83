"""The desk's cast, signed in, at a frozen Monday at ten."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from contacts.models import User
from contacts.models.people import Role
from escalations.models import Heartbeat


@pytest.fixture
def now(at: datetime) -> Iterator[Any]:
    """The clock on the wall: frozen at ten; `now.shift(minutes)` moves it, and the engine with it."""
    with time_machine.travel(at, tick=False) as traveller:
        traveller.minutes = lambda n: traveller.move_to(at + timedelta(minutes=n))
        yield traveller


@pytest.fixture
def signed_in(now: Any) -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def desk(signed_in: Callable[[User], Client], casey: User) -> Client:
    return signed_in(casey)


@pytest.fixture
def auditor(db: None) -> User:
    return User.objects.create(username="audrey", first_name="Audrey", role=Role.AUDITOR)


@pytest.fixture(autouse=True)
def engine_runs(db: None, at: datetime) -> None:
    Heartbeat.objects.create(name="sweep", at=at)
