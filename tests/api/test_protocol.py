"""Severities and calendars."""

from typing import Any

import pytest

from escalations.models import Calendar, Severity, Ticket
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields

pytestmark = pytest.mark.once  # forms, words and rights; test_schema asks every operation on both

P1 = "/api/v1/severities/P1/"
SEVERITY_KEYS = {
    "code", "name", "definition", "examples", "response_target", "resolution_target", "update_every", "calendar",
    "response_calendar", "at_risk_percent", "step", "notify_on_open", "post_mortem", "aftercare_days",
}  # fmt: skip
CALENDAR = {
    "slug": "berlin",
    "name": "Berlin",
    "timezone": "Europe/Berlin",
    "hours": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]},
    "holidays": ["2026-12-25"],
    "overrides": {"2026-12-24": [["09:00", "12:00"]]},
    "default": False,
}


def test_severities_are_listed_and_read(reading: Caller, desk: None) -> None:
    rows = reading.get("/api/v1/severities/").json()["results"]
    assert [row["code"] for row in rows] == ["P1", "P2", "P3", "P4"]
    assert set(rows[0]) == SEVERITY_KEYS
    assert rows[0]["notify_on_open"] == [1, 2, 3, "technical"]
    assert (rows[0]["calendar"], rows[2]["calendar"]) == (None, "office")
    assert reading.get(P1).json() == rows[0]


def test_an_administrator_changes_a_severity(configuring: Caller, desk: None) -> None:
    changed = {
        "response_target": "10m",
        "calendar": "office",
        "notify_on_open": [1, "product", 1],
        "examples": ["a", "b"],
    }
    response = configuring.patch(P1, changed)
    assert response.status_code == 200, response.content
    assert response.json()["notify_on_open"] == [1, "product"]
    row = Severity.objects.get(pk="P1")
    assert (row.response_target, row.calendar.slug if row.calendar else None) == ("10m", "office")
    assert configuring.patch(P1, {"calendar": None, "update_every": ""}).json()["calendar"] is None


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"response_target": "soon"}, "response_target"),
        ({"response_target": ""}, "response_target"),
        ({"response_target": 15}, "response_target"),
        ({"resolution_target": "99999999h"}, "resolution_target"),
        ({"update_every": "0m"}, "update_every"),
        ({"step": None}, "step"),
        ({"calendar": "nowhere"}, "calendar"),
        ({"at_risk_percent": 0}, "at_risk_percent"),
        ({"at_risk_percent": 100}, "at_risk_percent"),
        ({"at_risk_percent": "75"}, "at_risk_percent"),
        ({"at_risk_percent": True}, "at_risk_percent"),
        ({"aftercare_days": 10**12}, "aftercare_days"),
        ({"aftercare_days": -1}, "aftercare_days"),
        ({"aftercare_days": 1.5}, "aftercare_days"),
        ({"notify_on_open": [6]}, "notify_on_open.0"),
        ({"notify_on_open": "1"}, "notify_on_open"),
        ({"examples": [1]}, "examples.0"),
        ({"post_mortem": "maybe"}, "post_mortem"),
        ({"name": ""}, "name"),
        ({"code": "P0"}, "code"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_with_a_severity_is_named(configuring: Caller, desk: None, changed: Any, name: str) -> None:
    assert wrong_fields(configuring.patch(P1, changed)) == {name}


def test_nobody_else_changes_severities(
    api: Caller, managing: Caller, reading: Caller, nobody: Caller, desk: None
) -> None:
    for caller in (api, managing, reading):
        refusal(caller.patch(P1, {"name": "x"}), 403)
    refusal(nobody.patch(P1, {"name": "x"}), 401)
    refusal(nobody.get(P1), 401)


def test_severities_are_neither_made_nor_deleted(configuring: Caller, desk: None) -> None:
    refusal(configuring.post("/api/v1/severities/", {}), 405)
    refusal(configuring.delete(P1), 405)
    refusal(configuring.patch("/api/v1/severities/P9/", {}), 404)


def test_a_calendar_is_made_read_changed_and_deleted(configuring: Caller, db: None) -> None:
    made = configuring.post("/api/v1/calendars/", CALENDAR)
    assert made.status_code == 201, made.content
    assert made.json() == CALENDAR
    address = made["Location"]
    assert address == "/api/v1/calendars/berlin/"
    assert configuring.get(address).json() == CALENDAR
    assert configuring.patch(address, {"hours": None, "slug": "hq"}).json()["hours"] is None
    assert configuring.delete("/api/v1/calendars/hq/").status_code == 204
    refusal(configuring.get("/api/v1/calendars/hq/"), 404)


def test_one_calendar_is_the_default(configuring: Caller, desk: None) -> None:
    configuring.post("/api/v1/calendars/", CALENDAR | {"default": True})
    assert [calendar.slug for calendar in Calendar.objects.filter(default=True)] == ["berlin"]


def test_a_calendar_in_use_stays(configuring: Caller, desk: None) -> None:
    refusal(configuring.delete("/api/v1/calendars/office/"), 409)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"slug": "office"}, "slug"),
        ({"slug": "two words"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"hours": {"mon": [["17:00", "25:00"]]}}, "hours"),
        ({"hours": {"mon": "all day"}}, "hours"),
        ({"hours": {"noday": []}}, "hours"),
        ({"hours": {}, "overrides": {}}, "hours"),
        ({"hours": 7}, "hours"),
        ({"hours": [[["09:00", "17:00"]]]}, "hours"),
        ({"holidays": ["25 December"]}, "holidays.0"),
        ({"holidays": "2026-12-25"}, "holidays"),
        ({"holidays": ["0001-01-01"]}, "holidays.0"),
        ({"overrides": {"someday": []}}, "overrides.someday"),
        ({"overrides": {"9999-12-31": [["09:00", "12:00"]]}}, "overrides.9999-12-31"),
        ({"overrides": {"2026-12-24": "closed"}}, "overrides"),
        ({"overrides": []}, "overrides"),
        ({"default": "yes"}, "default"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_with_a_calendar_is_named(configuring: Caller, desk: None, changed: Any, name: str) -> None:
    assert wrong_fields(configuring.post("/api/v1/calendars/", CALENDAR | changed)) == {name}


def test_what_a_calendar_lacks_is_named(configuring: Caller, db: None) -> None:
    assert wrong_fields(configuring.post("/api/v1/calendars/", {})) == {"slug", "name", "timezone"}


def test_nobody_else_changes_calendars(
    api: Caller, managing: Caller, reading: Caller, nobody: Caller, desk: None
) -> None:
    for caller, status in ((api, 403), (managing, 403), (reading, 403), (nobody, 401)):
        refusal(caller.post("/api/v1/calendars/", CALENDAR), status)
        refusal(caller.patch("/api/v1/calendars/office/", {"name": "x"}), status)
        refusal(caller.delete("/api/v1/calendars/office/"), status)
    assert reading.get("/api/v1/calendars/office/").json()["default"] is True


def test_a_new_target_holds_for_the_next_ticket(configuring: Caller, ticket: Ticket) -> None:
    configuring.patch(P1, {"response_target": "30m"})
    assert configuring.get(f"/api/v1/tickets/{ticket.number}/").json()["clocks"][0]["target_seconds"] == 900
    body = {"customer": "acme", "subject": "Again", "severity": "P1"}
    assert configuring.post("/api/v1/tickets/", body).json()["clocks"][0]["target_seconds"] == 1800
