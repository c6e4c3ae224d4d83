"""Tickets: log, read, correct."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from contacts.models import Customer, User
from escalations.models import Event, Ticket
from tests.api.conftest import MONDAY_TEN, Caller
from tests.api.problems import refusal, wrong_fields

ISSUE = {"customer": "acme", "subject": "Nobody can sign in", "severity": "P1"}
KEYS = {
    "number", "customer", "subject", "description", "severity", "status", "owner", "reporter", "source", "tags",
    "level", "reported_at", "acknowledged_at", "resolved_at", "closed_at", "next_event", "clocks", "confidential",
}  # fmt: skip
CLOCK_KEYS = {
    "kind", "state", "started_at", "target_seconds", "elapsed_seconds", "at_risk_at", "due_at", "breached_at",
    "stopped_at",
    "protocol",
}  # fmt: skip


@pytest.fixture
def stage(desk: None, acme: Customer) -> None:
    pass


@time_machine.travel(MONDAY_TEN, tick=False)
def test_an_issue_is_logged_and_answers_as_a_ticket(api: Caller, stage: None) -> None:
    reporter = {"name": "Dana", "email": "dana@acme.example"}
    response = api.post("/api/v1/tickets/", {**ISSUE, "owner": "casey", "reporter": reporter, "tags": ["sso"]})

    assert response.status_code == 201, response.content
    ticket = response.json()
    assert response["Location"] == f"/api/v1/tickets/{ticket['number']}/"
    assert set(ticket) == KEYS
    assert ticket["reporter"] == reporter
    assert (ticket["status"], ticket["owner"], ticket["source"], ticket["level"]) == ("new", "casey", "api", 3)
    assert ticket["reported_at"] == "2026-11-23T10:00:00Z"
    again = api.get(response["Location"])
    assert again.json() == ticket
    assert again["Cache-Control"] == "no-store"


@time_machine.travel(MONDAY_TEN, tick=False)
def test_a_ticket_shows_its_clocks_and_what_comes_next(api: Caller, stage: None) -> None:
    ticket = api.post("/api/v1/tickets/", ISSUE).json()

    response_clock = next(clock for clock in ticket["clocks"] if clock["kind"] == "response")
    assert set(response_clock) == CLOCK_KEYS
    assert response_clock == {
        "kind": "response",
        "protocol": None,
        "state": "running",
        "started_at": "2026-11-23T10:00:00Z",
        "target_seconds": 900,
        "elapsed_seconds": 0,
        "at_risk_at": "2026-11-23T10:11:15Z",
        "due_at": "2026-11-23T10:15:00Z",
        "breached_at": None,
        "stopped_at": None,
    }
    assert ticket["next_event"]["at"] == "2026-11-23T10:11:15Z"
    assert ticket["next_event"]["what"] == "response at risk"


def test_a_clock_is_breached_from_its_due_instant_on(api: Caller, stage: None) -> None:
    with time_machine.travel(MONDAY_TEN, tick=False):
        number = api.post("/api/v1/tickets/", ISSUE).json()["number"]
    with time_machine.travel(MONDAY_TEN + timedelta(minutes=16), tick=False):
        clocks = api.get(f"/api/v1/tickets/{number}/").json()["clocks"]
    assert (clocks[0]["state"], clocks[0]["breached_at"]) == ("breached", "2026-11-23T10:15:00Z")
    assert clocks[0]["elapsed_seconds"] == 960


def test_a_report_may_lie_in_the_past_but_not_in_the_future(api: Caller, stage: None) -> None:
    early = api.post("/api/v1/tickets/", {**ISSUE, "reported_at": "2026-01-05T09:00:00+01:00"})
    assert early.status_code == 201, early.content
    assert early.json()["reported_at"] == "2026-01-05T08:00:00Z"

    soon = timezone.now() + timedelta(seconds=50)
    assert api.post("/api/v1/tickets/", {**ISSUE, "reported_at": soon.isoformat()}).status_code == 201
    late = timezone.now() + timedelta(seconds=90)
    assert wrong_fields(api.post("/api/v1/tickets/", {**ISSUE, "reported_at": late.isoformat()})) == {"reported_at"}


def test_a_report_from_long_ago_is_taken_for_a_slip(api: Caller, stage: None) -> None:
    for severity in ("P1", "P4"):
        body = {**ISSUE, "severity": severity, "reported_at": "1970-01-01T00:00:00Z"}
        assert wrong_fields(api.post("/api/v1/tickets/", body)) == {"reported_at"}
        body["reported_at"] = (timezone.now() - timedelta(days=4 * 365)).isoformat()
        assert api.post("/api/v1/tickets/", body).status_code == 201


@pytest.mark.parametrize(
    "when",
    [
        "yesterday",
        "2026-11-23",
        "2026-11-23T10:00:00",
        "2026-13-01T10:00:00Z",
        "2026-02-30T10:00:00Z",
        "2026-11-23T10:00:60Z",
        "9999-12-31T23:59:59-23:00",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "2026-11-23T10:00:00+99:00",
        1700000000,
        True,
        {},
        [],
        "",
    ],
)
def test_a_time_that_cannot_be_is_refused_by_name(api: Caller, stage: None, when: Any) -> None:
    assert wrong_fields(api.post("/api/v1/tickets/", {**ISSUE, "reported_at": when})) == {"reported_at"}


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"customer": "nobody"}, {"customer"}),
        ({"customer": 7}, {"customer"}),
        ({"customer": None}, {"customer"}),
        ({"severity": "P9"}, {"severity"}),
        ({"subject": ""}, {"subject"}),
        ({"subject": " \n "}, {"subject"}),
        ({"subject": "x" * 201}, {"subject"}),
        ({"subject": 5}, {"subject"}),
        ({"subject": "a\0b"}, {"subject"}),
        ({"description": None}, {"description"}),
        ({"owner": "nobody"}, {"owner"}),
        ({"owner": "aud"}, {"owner"}),
        ({"reporter": {"email": "not an address"}}, {"reporter.email"}),
        ({"reporter": {"nick": "D"}}, {"reporter.nick"}),
        ({"reporter": "Dana"}, {"reporter"}),
        ({"tags": "sso"}, {"tags"}),
        ({"tags": ["ok", ""]}, {"tags.1"}),
        ({"tags": [1]}, {"tags.0"}),
        ({"status": "closed"}, {"status"}),
        ({"number": "ESC-1"}, {"number"}),
        ({"a\0": 1, "level": 10**30}, {"a\\x00", "level"}),
        ({"subject": "", "customer": "nobody", "colour": "red"}, {"subject", "customer", "colour"}),
    ],
)
def test_what_is_wrong_is_named(api: Caller, stage: None, auditor: User, changed: Any, names: set[str]) -> None:
    assert wrong_fields(api.post("/api/v1/tickets/", {**ISSUE, **changed})) == names
    assert not Ticket.objects.exists()


def test_what_is_missing_is_named(api: Caller, stage: None) -> None:
    assert wrong_fields(api.post("/api/v1/tickets/", {})) == {"customer", "subject", "severity"}


def test_control_characters_go_from_a_subject(api: Caller, stage: None) -> None:
    ticket = api.post("/api/v1/tickets/", {**ISSUE, "subject": "Down\r\nBcc: all\x0b\x1c now"}).json()
    assert ticket["subject"] == "Down Bcc: all now"


def test_a_ticket_is_corrected_and_the_change_is_recorded(api: Caller, ticket: Ticket) -> None:
    Customer.objects.create(slug="globex", name="Globex")
    response = api.patch(
        f"/api/v1/tickets/{ticket.number}/", {"subject": "Sign-in is slow", "customer": "globex", "tags": ["a", "a"]}
    )
    assert response.status_code == 200, response.content
    assert (response.json()["subject"], response.json()["customer"]) == ("Sign-in is slow", "globex")
    assert response.json()["tags"] == ["a"]
    assert Event.objects.filter(ticket=ticket, kind="edited").count() == 1


@pytest.mark.parametrize("name", ["status", "severity", "owner", "level", "reported_at", "number", "colour"])
def test_what_has_a_verb_cannot_be_patched(api: Caller, ticket: Ticket, name: str) -> None:
    assert wrong_fields(api.patch(f"/api/v1/tickets/{ticket.number}/", {name: "x"})) == {name}


def test_an_auditor_reads_and_does_not_write(reading: Caller, ticket: Ticket) -> None:
    address = f"/api/v1/tickets/{ticket.number}/"
    assert reading.get("/api/v1/tickets/").status_code == 200
    assert reading.get(address).status_code == 200
    refusal(reading.post("/api/v1/tickets/", ISSUE), 403)
    refusal(reading.patch(address, {"subject": "x"}), 403)


def test_who_is_not_signed_in_gets_nothing(nobody: Caller, ticket: Ticket) -> None:
    address = f"/api/v1/tickets/{ticket.number}/"
    for response in (
        nobody.get("/api/v1/tickets/"),
        nobody.get(address),
        nobody.post("/api/v1/tickets/", ISSUE),
        nobody.patch(address, {"subject": "x"}),
    ):
        refusal(response, 401)
        assert response["WWW-Authenticate"] == 'Bearer realm="Switchback"'


@pytest.mark.parametrize("number", ["ESC-9999999", "ESC-1", "X", "ESC-" + "9" * 15, "ESC-%00", "ESC-1001.json"])
def test_a_number_that_is_none_is_not_found(api: Caller, ticket: Ticket, number: str) -> None:
    refusal(api.get(f"/api/v1/tickets/{number}/"), 404)


def test_a_ticket_cannot_be_deleted_or_replaced(api: Caller, ticket: Ticket) -> None:
    address = f"/api/v1/tickets/{ticket.number}/"
    refusal(api.delete(address), 405)
    refusal(api.put(address, ISSUE), 405)


def test_history_ladder_messages_and_forecast_are_pages(api: Caller, log_issue: Callable[..., Ticket]) -> None:
    ticket = log_issue()
    address = f"/api/v1/tickets/{ticket.number}"
    events = api.get(f"{address}/events/").json()["results"]
    assert {"opened", "escalated"} <= {event["kind"] for event in events}
    assert events[-1]["actor"] in ("casey", "Switchback")

    escalation = api.get(f"{address}/escalations/").json()["results"][0]
    proof = {"notified_at", "delivered_at", "seen_at", "taken_at", "taken_by"}
    assert set(escalation) == {"level", "cause", "at", "contacts"} | proof
    levels = [row["level"] for row in api.get(f"{address}/escalations/").json()["results"]]
    assert {2, 3, "technical"} <= set(levels)
    assert set(escalation["contacts"][0]) == {"name", "title", "email", "phone"}

    messages = api.get(f"{address}/notifications/").json()["results"]
    assert messages
    assert {message["ticket"] for message in messages} == {ticket.number}

    forecast = api.get(f"{address}/forecast/").json()["results"]
    assert set(forecast[0]) == {"at", "what", "clock", "level", "who"}
    assert [row["at"] for row in forecast] == sorted(row["at"] for row in forecast)


def test_sub_lists_of_no_ticket_are_not_found(api: Caller, desk: None) -> None:
    for name in ("events", "escalations", "notifications", "forecast"):
        refusal(api.get(f"/api/v1/tickets/ESC-9999/{name}/"), 404)


def test_a_frozen_moment_is_utc(api: Caller, stage: None) -> None:
    with time_machine.travel(datetime(2026, 7, 1, 12, tzinfo=UTC), tick=False):
        assert api.post("/api/v1/tickets/", ISSUE).json()["reported_at"] == "2026-07-01T12:00:00Z"
