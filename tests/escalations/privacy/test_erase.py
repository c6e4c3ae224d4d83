"""Somebody's personal data is taken away everywhere, and the past can still be verified."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from contacts.models import CustomerChange, CustomerContact, SiteSettings
from escalations.audit.check import check_chains, check_seals
from escalations.audit.evidence import evidence, to_prove
from escalations.audit.seals import seal_events
from escalations.enums import EventKind
from escalations.models import Erasure, Event, SearchWord, Ticket
from escalations.privacy.erase import erase
from escalations.privacy.person import MARK, Person
from escalations.privacy.retention import retain
from templates_app.models import InboundMail, Notification
from tests.unguarded import unguarded

DANA = {"reporter_name": "Dana Whitlock", "reporter_email": "Dana@Acme.example"}


def findings():
    return [*map(str, check_chains()), *map(str, check_seals())]


@pytest.fixture
def hers(log_issue, acme, casey, bob, admin, at):
    """An issue that Dana reported, full of her, sealed within the hour."""
    CustomerContact.objects.filter(email="dana@acme.example").update(name="Dana Whitlock", phone="+49 30 1234567")
    CustomerChange.objects.create(
        customer=acme, changes=[{"what": "contact", "from": "", "to": "Dana Whitlock"}], at=at
    )
    ticket = log_issue(subject="Dana Whitlock cannot sign in", **DANA)
    other = log_issue(subject="Tills say no")
    ticket.acknowledge(by=casey, at=at + timedelta(minutes=1), message=True)
    ticket.note(by=bob, at=at + timedelta(minutes=2), text="Called Dana at +49 30 1234567 (dana@acme.example)")
    InboundMail.objects.create(
        message_id="<1@acme.example>", from_name="Dana Whitlock", from_address="dana@acme.example", at=at,
        text="I, Dana", raw=b"Dana", about=ticket.number, state="filed",
    )  # fmt: skip
    other.note(by=bob, at=at + timedelta(minutes=2), text="Nothing to do with it")
    seal_events(at + timedelta(hours=1))
    return ticket


def erased(admin, at):
    return erase(Person.of("DANA@acme.example"), by=admin, at=at + timedelta(hours=2))


def test_nothing_names_them_afterwards_and_the_past_still_fits(hers, admin, at):
    assert not findings()
    done = erased(admin, at)
    assert done["tickets"] == 1
    assert done["events"]
    assert done["contacts"] == 1
    assert done["mails"] == 1
    hers.refresh_from_db()
    assert (hers.reporter_name, hers.reporter_email) == (MARK, "")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("escalations_", "contacts_", "templates_app_")) and "search_index" not in table:
                cursor.execute(f'SELECT * FROM "{table}"')
                assert not [row for row in cursor.fetchall() if "dana" in repr(row).lower()], table
    assert not SearchWord.objects.filter(word__contains="dana").exists()
    assert not Notification.objects.filter(to_address__icontains="dana").exists()
    assert not findings()
    seal_events(at + timedelta(hours=4))
    hers.note(by=admin, at=at + timedelta(hours=5), text="Life goes on")
    assert not findings()
    proven = evidence(to_prove(Ticket.objects).get(pk=hers.pk), at + timedelta(hours=5))
    assert proven["chain"]["holds"]
    assert any(event.get("erased") for event in proven["events"])
    assert not sum(erased(admin, at).values())  # again: nothing to do
    assert Event.objects.filter(kind=EventKind.ERASED).count() == 1


def test_the_database_lets_an_event_become_what_its_erasure_says_and_nothing_else(hers, admin, at):
    event = hers.events.get(kind=EventKind.NOTE)
    said = hers.events.get(kind=EventKind.OPENED)
    with pytest.raises(DatabaseError, match="says so"), transaction.atomic():
        Erasure.objects.create(event=event, by=said, digest="x")
    erased(admin, at)
    rows = Event.objects.filter(pk=event.pk)
    for change in ({"text": "else"}, {"at": at}, {"seal": "0"}, {"data": {"a": 1}}, {"actor_name": "Eve"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(**change)
    for statement in ("UPDATE escalations_erasure SET text = 'x'", "DELETE FROM escalations_erasure"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_forged_changed_and_removed_erasures_are_found(hers, admin, at):
    note, before = hers.events.get(kind=EventKind.NOTE), hers.events.get(kind=EventKind.NOTE).text
    erased(admin, at)
    row = Erasure.objects.get(event=note)
    now = Event.objects.get(pk=note.pk).text

    def tampered(*changes):
        with transaction.atomic():
            with unguarded():
                for rows, values in changes:
                    rows.update(**values) if values else rows.delete()
            found = findings()
            transaction.set_rollback(True)
        return found

    events, rows = Event.objects.filter(pk=note.pk), Erasure.objects.filter(pk=row.pk)
    assert tampered((events, {"text": "Something else"}))
    assert tampered((events, {"text": before}))  # what was erased does not come back
    assert tampered((rows, None))
    assert tampered((rows, {"digest": "0" * 64}))
    assert tampered((rows, None), (events, {"text": before}))
    said = hers.events.filter(kind=EventKind.ERASED)
    assert tampered((said, {"data": {"erased": {}, "proof": ""}}))
    assert now != before
    assert not findings()


def test_a_forged_erasure_needs_the_key_of_the_seals(hers, admin, at, settings):
    """Whoever can write to the database alone can chain an event, and cannot sign what it says."""
    settings.AUDIT_KEY = "another key, which the seals were not made with"
    erased(admin, at)
    settings.AUDIT_KEY = ""
    assert any("forged" in each for each in findings())


def test_an_administrator_looks_hands_out_and_erases(hers, admin, casey, client, at):
    client.force_login(casey)
    assert client.get("/settings/privacy/").status_code == 403
    client.force_login(admin)
    before = Event.objects.count()
    page = client.post("/settings/privacy/", {"email": "dana@acme.example"}).content.decode()
    assert "Erasing would change" in page
    assert (Event.objects.count(), CustomerContact.objects.count()) == (before, 1)
    kept = client.post("/settings/privacy/file/", {"email": "Dana@acme.example"}).json()
    assert (kept["issues"][0]["number"], kept["mails_from_them"][0]["text"]) == (hers.number, "I, Dana")
    said = {"email": "dana@acme.example", "again": "dana@acme"}
    assert client.post("/settings/privacy/erase/", said).status_code == 400
    assert CustomerContact.objects.exists()
    assert client.post("/settings/privacy/erase/", said | {"again": "dana@acme.example"}).status_code == 302
    assert not CustomerContact.objects.exists()
    assert "Nothing is kept" in client.post("/settings/privacy/", {"email": "dana@acme.example"}).content.decode()
    assert not findings()


def test_periods_are_kept(hers, admin, at):
    Ticket.objects.filter(pk=hers.pk).update(
        status="closed", resolved_at=at, closed_at=at, next_due_at=None, next_due_kind=""
    )
    Notification.objects.filter(kind="customer").update(state="sent", sent_at=at, next_try_at=None)
    later = at + timedelta(days=190)
    assert not retain(later)
    SiteSettings.objects.create(pk=1, keep_people=6, keep_messages=3, keep_sign_ins=1)
    assert not retain(at + timedelta(days=20))
    done = retain(later)
    assert done["people"] == 1
    assert done["messages"]
    hers.refresh_from_db()
    assert hers.reporter_email == ""
    assert hers.events.get(kind=EventKind.ERASED).actor is None
    assert not +retain(later)
    assert not findings()
