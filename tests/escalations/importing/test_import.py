"""Issues come over with their history; clocks are what they would have been, and nobody hears of the past."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from contacts.models import Customer
from contacts.spreadsheets.reading import Unreadable
from escalations.audit.check import check_chains, check_seals
from escalations.audit.seals import seal_events
from escalations.enums import EventKind
from escalations.importing import run
from escalations.models import Clock, Escalation, Event, ImportBatch, Ticket
from escalations.sweep import sweep
from templates_app.models import Notification

HEAD = "Ticket ID;Subject;Organization;Priority;Status;Assignee;Created;First replied at;Solved;Comment;Comment\n"
ROWS = (
    "Z-1;Late;Acme;Urgent;Solved;casey;2026-11-02 09:00;2026-11-02 12:00;2026-11-03 09:00;"
    '"2026-11-02 12:00;Casey;Hello";\n'
    "Z-2;In time;acme.example;urgent;Closed;casey;2026-11-02 09:00;2026-11-02 09:05;2026-11-02 09:30;;\n"
    "Z-3;Open and late;acme;Urgent;Open;;2026-11-20 09:00;2026-11-20 12:00;;;\n"
    "Z-4;Fresh;Acme;Low;New;;2026-11-23 09:59;;;;\n"
    "Z-5;Waits;Acme;High;Pending;;2026-11-23 09:00;2026-11-23 09:10;;;\n"
)


@pytest.fixture
def desk(protocol, acme, casey, at):
    Customer.objects.filter(pk=acme.pk).update(domains=["acme.example"])


@pytest.fixture
def brought(desk, admin, at):
    """The file, brought over by the administrator at ten on Monday."""

    def bring(text, **options):
        batch = run.read_file(text.encode(), source="zendesk", name="a.csv", by=admin, at=at)
        batch.options |= {"zone": "Europe/Berlin", **options}
        run.check(batch, at=at)
        if not batch.problems:
            run.start(batch, at=at)
            run.work(lambda: at)
            batch.refresh_from_db()
        return batch

    return bring


PLAIN = HEAD + ROWS


def clock(number, kind):
    return Clock.objects.get(ticket__external_id=number, kind=kind)


def test_a_file_comes_over_with_its_past_and_a_second_time_adds_nothing(brought, admin, casey, at):
    batch = brought(PLAIN)
    assert not batch.problems, batch.problems
    assert (batch.state, batch.total, batch.added, batch.known, batch.rows) == ("done", 5, 5, 0, [])
    late = Ticket.objects.get(external_id="Z-1")
    assert late.reported_at == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert (late.status, late.owner, late.source) == ("resolved", casey, "import")
    assert {clock("Z-1", kind).verdict for kind in ("response", "resolution")} == {"breached"}
    assert {clock("Z-2", kind).verdict for kind in ("response", "resolution")} == {"met"}
    assert clock("Z-1", "response").breached_at == clock("Z-1", "response").due_at
    kinds = [event.kind for event in late.events.order_by("at", "pk")]
    assert kinds[0] == EventKind.OPENED
    assert kinds[-1] == EventKind.IMPORTED
    assert late.events.get(kind=EventKind.IMPORTED).actor == admin
    assert late.events.get(kind=EventKind.NOTE).at == datetime(2026, 11, 2, 11, tzinfo=UTC)
    assert late.events.filter(kind=EventKind.BREACH).count() == 2
    again = brought(PLAIN)
    assert (again.added, again.known, Ticket.objects.count()) == (0, 5, 5)


def test_nobody_hears_of_the_past_and_the_ladder_begins_a_step_after_the_import(brought, at):
    brought(PLAIN)
    assert not Notification.objects.exists()
    assert not Escalation.objects.exists()
    sweep(at)
    assert not Notification.objects.exists()
    late = Ticket.objects.get(external_id="Z-3")
    assert late.events.filter(kind=EventKind.BREACH).count() == 2
    due = Clock.objects.filter(ticket=late, next_event="step").earliest("next_event_at").next_event_at
    assert due > at
    sweep(due)
    assert [each.level for each in Escalation.objects.filter(ticket=late)] == ["2"]
    assert clock("Z-4", "response").state(at) == "running"
    assert clock("Z-5", "resolution").paused_at == at


def test_the_chain_holds_and_can_be_sealed(brought, at):
    brought(PLAIN)
    assert seal_events(at + timedelta(hours=1))
    assert not [*check_chains(), *check_seals()]
    assert not Event.objects.filter(seal="").exists()


def test_each_problem_is_named_by_row_and_field(brought, at):
    batch = brought(
        HEAD + "Z-1;A;Nobody;Urgent;Solved;ghost;2026-11-02 09:00;;;;\n"
        "Z-2; ;Acme;Purple;Odd;;2027-01-01 09:00;;;;\n"
        "Z-3;B;Acme;Low;Open;;32.13.2026;;;;\n"
        "Z-3;B;Acme;Low;New;;2026-11-02 09:00;;;;\nZ-3;B;Acme;Low;New;;2026-11-02 09:00;;;;\n"
        "Z-4;B;Acme;Low;Solved;;2026-11-02 09:00;;2026-11-01 09:00;;\n"
    )
    found = {(each["row"], each["field"]) for each in batch.problems}
    assert found >= {
        (2, "customer"), (2, "resolved_at"), (3, "subject"), (3, "severity"), (3, "status"), (3, "reported_at"),
        (4, "reported_at"), (6, "id"), (7, "acknowledged_at"),
    }  # fmt: skip
    assert not Ticket.objects.exists()
    assert any(each["field"] == "reported_at" for each in brought(PLAIN, zone="").problems)
    with pytest.raises(Unreadable):
        brought("")


def test_unknown_customers_are_made_where_asked(brought, at):
    text = PLAIN.replace("Z-4;Fresh;Acme", "Z-4;Fresh;New & Co")
    assert brought(text).problems
    assert brought(text, make_customers=True).added == 5
    assert Ticket.objects.get(external_id="Z-4").customer.name == "New & Co"


def test_who_is_cut_off_goes_on_from_where_the_row_says(brought, desk, admin, at, monkeypatch):
    monkeypatch.setattr(run, "CHUNK", 2)
    batch = run.read_file(PLAIN.encode(), source="zendesk", name="a.csv", by=admin, at=at)
    batch.options |= {"zone": "UTC"}
    run.start(run.check(batch, at=at), at=at)
    run._chunk(batch.pk, run.Known(), at)
    batch.refresh_from_db()
    assert (batch.state, batch.done, Ticket.objects.count()) == ("running", 2, 2)
    run.work(lambda: at)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.added, Ticket.objects.count()) == ("done", 5, 5, 5)
    assert not run.start(batch, at=at)
    assert ImportBatch.objects.get().finished_at == at


def test_the_pages_lead_from_the_file_to_the_issues(desk, admin, casey, client, at, django_assert_max_num_queries):
    with time_machine.travel(at, tick=False):
        _walk(admin, casey, client, at, django_assert_max_num_queries)


def _walk(admin, casey, client, at, assert_max):
    client.force_login(casey)
    assert client.get("/settings/imports/").status_code == 403
    client.force_login(admin)
    assert client.get("/settings/imports/").status_code == 200
    assert client.get("/settings/imports/template/").status_code == 200
    assert client.post("/settings/imports/", {"source": "zendesk"}).status_code == 400
    text = (HEAD + ROWS).replace("Urgent", "Very bad")
    page = client.post("/settings/imports/", {"source": "zendesk", "text": text}).url
    form = client.get(page).context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"zone": "Europe/Berlin", "check": "1"}
    assert client.post(page, said | {"zone": "Nowhere/At_all"}).status_code == 400
    client.post(page, said)
    assert b"Say which severity" in client.get(page).content
    bad = next(field.name for field in form.of("severity") if field.label == "Very bad")
    assert client.post(page, said | {bad: "P1"}).status_code == 302
    with assert_max(12):
        assert b"5 issues would be brought over" in client.get(page).content
    client.post(page, {"start": "1"})
    assert b"0 of 5 rows" in client.get(page).content
    run.work(lambda: at)
    assert b"5 issues were brought over" in client.get(page).content
    assert page.encode() in client.get("/settings/imports/").content  # among the earlier ones
    assert (
        b"brought the issue over from zendesk"
        in client.get(Ticket.objects.first().get_absolute_url() + "history/").content
    )
