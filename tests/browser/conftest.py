"""A desk with something on it, behind a real web server, and a real browser that reports every complaint."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from time import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from contacts.models import Contact, Customer, CustomerContact, User
from escalations.models import Heartbeat, Severity, Ticket
from escalations.sweep import sweep
from tests.rows import Rows

CAST = [
    ("casey", "Casey", "csm", "1"),
    ("morgan", "Morgan", "manager", "2"),
    ("vera", "Vera", "executive", "3"),
    ("admin", "Ada", "admin", None),
]


@pytest.fixture(autouse=True)
def _orm_beside_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    # Playwright runs an event loop in this thread; Django would take our setup for code inside it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def base_url() -> None:
    """pytest-base-url's own fixture of this name is a method, which pytest warns about."""


@pytest.fixture
def desk(shipped_protocol: Rows, transactional_db: None, settings: Any, live_server: Any) -> Ticket:
    """Acme, the cast in the matrix, and four issues: overdue, new, waiting, nobody's. Returns the overdue one."""
    settings.DEMO = True
    shipped_protocol.copy()
    people = {name: _person(*row) for row in CAST for name in row[:1]}
    acme = Customer.objects.create(slug="acme", name="Acme", tier="Gold", annual_value=1_840_000)
    CustomerContact.objects.create(customer=acme, name="Dana Whitfield", email="dana@acme.example", phone="+1 555 01")
    at = timezone.now()
    Heartbeat.objects.create(name="sweep", at=at + timedelta(hours=1))

    def log(subject: str, severity: str, minutes: int, **more: Any) -> Ticket:
        fields = {"customer": acme, "by": people["casey"], "owner": people["casey"], "subject": subject} | more
        return Ticket.objects.open(
            severity=Severity.objects.get(pk=severity), at=at - timedelta(minutes=minutes), **fields
        )

    overdue = log("Checkout is down", "P1", 80, description="Tills are offline since the deploy.")
    overdue.acknowledge(by=people["casey"], at=at - timedelta(minutes=75))
    overdue.note(text="The old certificate chain is to blame.", by=people["morgan"], at=at - timedelta(minutes=60))
    log("Reports are slow", "P2", 10)
    log("Wrong colour in the footer", "P4", 5).wait(reason="Which page?", by=people["casey"], at=at)
    log("Export stalls", "P3", 3, owner=None)
    sweep(at)
    overdue.refresh_from_db()
    return overdue


def _person(username: str, first_name: str, role: str, level: str | None) -> User:
    email = f"{username}@desk.example"
    user = User.objects.create(username=username, first_name=first_name, role=role, email=email, phone="+49 30 1234")
    if level:
        Contact.objects.filter(level=level, position=0, team=None).update(user=user, name="", email="")
    return user


@pytest.fixture
def quiet_console(page: Page) -> Iterator[Page]:
    """The page, which may not complain: no script error, nothing stopped by the content security policy."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not complaints


@pytest.fixture
def sign_in(live_server: Any, page: Page) -> Callable[[str], None]:
    """Brings the session along, and opens the first page; the journeys of Vera and without scripts take the form."""

    def enter(username: str) -> None:
        client = Client()
        client.force_login(User.objects.get(username=username))
        session = client.session  # the password was typed just now, as pages want that change how one signs in
        session["account_authentication_methods"] = [{"method": "password", "at": time(), "reauthenticated": True}]
        session.save()
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page.goto(live_server.url)

    return enter
