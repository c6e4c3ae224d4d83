"""No page asks the database more than twelve times, whatever there is. A new page is one more line in PAGES."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from contacts.models import Absence, Contact, Customer, CustomerContact, HealthRecord, Team, User
from contacts.models.history import CustomerNote
from escalations.models import (
    Attachment,
    CustomerCall,
    Drill,
    DrillCall,
    Responder,
    SavedView,
    TicketLink,
    Watch,
)
from escalations.verbs import files  # noqa: F401
from templates_app.models import InboundMail

BUDGET = 12
PAGES = [
    "/",
    "/?tab=team",
    "/?tab=unassigned",
    "/?tab=waiting",
    "/?tab=team&q=sign+in",
    "/?tab=team&q=sgin&owner=casey&severity=P1&tag=t0&breached=on",
    "/tickets/",
    "/tickets/?ordering=customer&status=open&q=nobody&owner=casey&severity=P1&customer=acme&tag=t0",
    "/tickets/?q=nothing+of+the+sort",
    "/tickets/filters/?for=/tickets/",
    "/tickets/new/",
    "/tickets/new/?customer=acme",
    "/escalated/",
    "/outbox/",
    "/inbox/",
    "/inbox/?show=unread&kind=asked",
    "/customers/",
    "/customers/?q=acme",
    "/customers/new/",
    "/customers/acme/",
    "/customers/acme/issues/",
    "/customers/acme/changes/",
    "/customers/acme/edit/",
    "/inbound/",
    "/inbound/?list=all",
    "/inbound/{mail}/",
    "/actions/",
    "/aftercare/",
    "/absences/",
    "/absences/new/",
    "/contacts/",
    "/contacts/history/",
    "/contacts/rotations/",
    "/contacts/coverage/",
    "/contacts/drills/",
    "/views/",
    "/templates/",
    "/templates/status-update/",
    "/templates/status-update/versions/",
    "/protocol/",
    "/protocol/print/",
    "/protocol/versions/",
    "/dashboard/?span=90d&by=customer&unit=value&time=working",
    "/dashboard/?severity=P1&team=emea&customer=acme&owner=casey&wall=1",
    "/dashboard/filters/",
    "/dashboard/export.xlsx?by=owner",
    "/dashboard/issues/?figure=opened&span=90d&severity=P1&team=emea&customer=acme&owner=casey",
    "/dashboard/issues/?figure=update_missed&span=90d",
    "/customers/acme/report/?month=2026-11",
    "/settings/",
    "/keys/",
    "/tickets/{number}/",
    "/tickets/{number}/history/",
    "/tickets/{number}/team/",
    "/tickets/{number}/access/",
    "/tickets/{number}/related/",
    "/tickets/{number}/review/",
    "/tickets/{number}/brief/",
    "/tickets/{number}/evidence/",
    "/tickets/{number}/assign/",
    "/tickets/{number}/send_update/",
    "/tickets/{number}/resolve/",
    "/tickets/{number}/escalate/",
    "/tickets/{number}/hand_to/",
    "/tickets/{number}/edit/",
    "/tickets/{number}/merge/",
    "/tickets/{number}/tags/",
    "/tickets/{number}/calls/new/",
    "/tickets/{number}/actions/new/",
]


@pytest.fixture
def grow(log_issue: Any, acme: Customer, casey: User, bob: User, at: Any) -> Any:
    """Adds some of everything to the desk, and returns the ticket that has most of it."""
    rich = log_issue("P1", tags=["t0", "t1"], description="The gateway answers 502.")

    def more(rounds: int) -> Any:
        start = Customer.objects.count()
        for n in range(start, start + rounds):
            _around(n, acme, casey, at)
            _issues(n, log_issue, casey, at)
            _on(rich, n, casey, at)
        return rich

    return more


def _around(n: int, acme: Customer, casey: User, at: Any) -> None:
    """Customers with people and pasts, kept lists, colleagues."""
    team = Team.objects.create(slug=f"team-{n}", name=f"Team {n}")
    User.objects.create(username=f"agent-{n}", email=f"agent-{n}@desk.example", team=team)
    customer = Customer.objects.create(slug=f"customer-{n}", name=f"Customer {n}", team=team)
    for each in (acme, customer):
        CustomerContact.objects.create(customer=each, name=f"Person {n}", email=f"person-{n}@{each.slug}.example")
        HealthRecord.objects.create(customer=each, health="yellow", by=casey, at=at)
        CustomerNote.objects.create(customer=each, text=f"Note {n}", by=casey, at=at)
    place = Contact.objects.create(level="2", title="Lead", name=f"Lead {n}", email=f"lead-{n}@desk.example", team=team)
    Absence.objects.create(
        user=casey, delegate=place, starts_at=at + timedelta(days=n), ends_at=at + timedelta(days=n + 1)
    )
    DrillCall.objects.create(drill=Drill.objects.create(by=casey, at=at), contact=place, level="2", position=0)
    SavedView.objects.create(owner=casey, name=f"View {n}", path="/", query=f"q={n}", created_at=at)


def _issues(n: int, log_issue: Any, casey: User, at: Any) -> None:
    """One of every kind that a list can show."""
    other = log_issue("P2", customer=Customer.objects.get(slug=f"customer-{n}"), tags=[f"t{n}"])
    other.wait(reason="Logs, please", by=casey, at=at)
    log_issue("P4", owner=None).escalate(reason="Now", level=3, by=casey, at=at)
    done = log_issue("P3")
    done.acknowledge(by=casey, at=at)
    done.resolve(root_cause="x", solution="y", prevention="z", by=casey, at=at)
    Watch.objects.create(ticket=other, user=casey, since=at)
    InboundMail.objects.create(
        message_id=f"{n}@x", from_address="gil@x.example", raw=b"Subject: x\n\ny", state="quarantined", at=at
    )


def _on(ticket: Any, n: int, casey: User, at: Any) -> None:
    """More of everything that one ticket has."""
    soon = at + timedelta(hours=1)
    ticket.note(text=f"Note {n}", by=casey, at=at)
    ticket.send_update(summary=f"Update {n}", next_steps="More", by=casey, at=at)
    ticket.wait(reason="Logs, please", by=casey, at=at)
    ticket.resume(by=casey, at=at)
    ticket.add_action(text=f"Do {n}", owner=casey, due_on=date(2026, 12, 1), by=casey, at=at)
    if ticket.level < 5:
        ticket.escalate(reason="Higher", level=ticket.level + 1, by=casey, at=at)
    user = User.objects.get(username=f"agent-{n}")
    Responder.objects.create(ticket=ticket, user=user, name=user.name, role="Technical", joined_at=at, added_by=casey)
    CustomerCall.objects.create(ticket=ticket, title=f"Call {n}", starts_at=soon, organiser=casey, created_at=at)
    Attachment.objects.create(
        ticket=ticket, file=f"x/{n}", name=f"log-{n}.txt", content_type="text/plain", size=1, uploaded_by=casey,
        uploaded_at=at,
    )  # fmt: skip
    Watch.objects.create(ticket=ticket, user=user, since=at)
    other = type(ticket).objects.exclude(pk=ticket.pk).order_by("-pk").first()
    TicketLink.objects.create(ticket=ticket, other=other, kind="related", by=casey, at=at)


def asked(client: Any, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    return [query["sql"] for query in queries]


@contextmanager
def as_if_alone() -> Iterator[None]:
    """What looking writes and remembers is gone afterwards: no page is spared a question by the page before it."""
    memories: list[Any] = caches.all(initialized_only=True)
    remembered = [(memory, dict(memory._cache)) for memory in memories]
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for memory, values in remembered:
        memory._cache.clear()
        memory._cache.update(values)


def test_a_page_asks_twelve_times_at_most_and_no_more_often_when_there_is_more(
    desk, grow, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        ticket = grow(1)
    known = {"number": ticket.number, "mail": InboundMail.objects.latest("pk").pk}
    few, many = {}, {}
    for page in PAGES:
        desk.get(page.format(**known))  # settings and files of the first request are read once a process
        few[page] = asked(desk, page.format(**known))
    grow(3)
    for page in PAGES:
        with as_if_alone():
            many[page] = asked(desk, page.format(**known))
    most = {page: BUDGET + page.endswith("/evidence/") for page in PAGES}  # asks what was erased, and by whose word
    too_many = {page: many[page] for page in PAGES if len(many[page]) > min(most[page], len(few[page]))}
    assert not too_many, "\n".join(line[:160] for page, sql in too_many.items() for line in [page, *sql])


def test_an_executive_and_an_auditor_ask_no_more(signed_in, grow, vera, auditor):
    ticket = grow(2)
    for page in ["/", "/escalated/", "/customers/acme/", "/tickets/{number}/", "/outbox/"]:
        address = page.format(number=ticket.number)
        for reader in (vera, auditor):
            signed_in(reader).get("/keys/")  # what is read once a process
            client = signed_in(reader)
            client.get(address)  # what is remembered for a minute is read once
            assert len(asked(client, address)) <= BUDGET, address


def test_the_first_look_at_an_issue_with_nothing_remembered_asks_no_more(desk, grow):
    ticket = grow(2)
    assert ticket.pauses.exists()
    assert ticket.attachments.exists()
    desk.get("/keys/")  # what is read once a process
    for name in ("default", "sessions"):
        caches[name].clear()
    # Where somebody is signed in is noted behind the page, once in five minutes.
    behind = ("usersessions_usersession", "SAVEPOINT")
    many = [sql for sql in asked(desk, ticket.get_absolute_url()) if not any(word in sql for word in behind)]
    assert len(many) <= BUDGET, "\n".join(sql[:160] for sql in many)


def test_looking_again_writes_nothing_until_something_happens(desk, ticket_seen, bob, at):
    again = asked(desk, ticket_seen.get_absolute_url())
    assert not any("INSERT" in sql for sql in again)
    ticket_seen.note(text="News", by=bob, at=at + timedelta(minutes=1))
    assert any("INSERT" in sql for sql in asked(desk, ticket_seen.get_absolute_url()))


@pytest.fixture
def ticket_seen(desk, log_issue):
    ticket = log_issue()
    desk.get(ticket.get_absolute_url())
    return ticket
