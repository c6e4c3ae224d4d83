"""Issues from another helpdesk, sent by a program."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from contacts.models import Customer, User
from escalations.importing import run
from escalations.models import ImportBatch, Ticket
from templates_app.models import Notification
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields

PATH = "/api/v1/imports/"


def row(number: str, **changed: Any) -> dict[str, Any]:
    reported = (timezone.now() - timedelta(days=3)).isoformat()
    usual = {"Ticket ID": number, "Summary": "Nobody can sign in", "Organization": "acme", "Priority": "urgent"}
    return {**usual, "Created": reported, "Status": "open", "First response": reported, **changed}


def test_a_program_checks_brings_over_and_looks_up(
    managing: Caller, desk: None, acme: Customer, casey: User, api: Caller
) -> None:
    said = [{"at": (timezone.now() - timedelta(days=2)).isoformat(), "author": "Ann", "text": "It is the release."}]
    rows = [row("Z-1", Notes=said, Labels=["sso", "login"]), row("Z-2", Organization="nobody"), row("Z-3")]
    checked = managing.post(PATH, {"source": "zendesk", "rows": rows})
    assert checked.status_code == 201, checked.content
    one = checked["Location"]
    assert {name: checked.json()[name] for name in ("state", "total", "added", "wrong", "done")} == {
        "state": "checked", "total": 3, "added": 2, "wrong": 1, "done": 0
    }  # fmt: skip
    problems = managing.get(f"{one}problems/").json()["results"]
    assert [(each["row"], each["field"]) for each in problems] == [(3, "customer")]
    assert not Ticket.objects.exists()
    assert managing.patch(one, {"make_customers": True}).json()["added"] == 3
    assert managing.post(f"{one}start/").json()["state"] == "running"
    refusal(managing.post(f"{one}start/"), 409)
    refusal(managing.patch(one, {"zone": "Europe/Berlin"}), 409)
    run.work()
    assert managing.get(one).json() | {"state": "done", "done": 3, "added": 3, "known": 0} == managing.get(one).json()
    brought = {each["external_id"]: each["ticket"] for each in managing.get(f"{one}tickets/").json()["results"]}
    assert set(brought) == {"Z-1", "Z-2", "Z-3"}
    assert managing.get(f"/api/v1/tickets/{brought['Z-1']}/").json()["tags"] == ["sso", "login"]
    assert not Notification.objects.exists()
    again = managing.post(PATH, {"source": "zendesk", "rows": rows, "make_customers": True})
    assert (again.json()["added"], again.json()["known"]) == (0, 3)
    assert [each["state"] for each in managing.get(f"{PATH}?state=done").json()["results"]] == ["done"]
    refusal(api.get(PATH), 403)
    refusal(api.post(PATH, {"source": "zendesk", "rows": rows}), 403)


def test_what_cannot_be_read_is_named_and_leaves_nothing(managing: Caller, desk: None, acme: Customer) -> None:
    good: dict[str, Any] = {"source": "zendesk", "rows": [row("Z-1")]}
    wrong = [
        ({"rows": [{"A": "b"}]}, {"columns"}),
        ({"rows": []}, {"rows"}),
        ({"rows": [[]]}, {"rows.0"}),
        ({"rows": [{"A": {"b": 1}}]}, {"rows.0"}),
        ({"csv": "a"}, {"rows"}),
        ({"source": "Zen Desk"}, {"source"}),
        ({"columns": {"Summary": "title"}}, {"columns.Summary"}),
        ({"severities": {"urgent": "P9"}}, {"severities.urgent"}),
        ({"zone": "Mars/Base"}, {"zone"}),
    ]
    for changed, names in wrong:
        assert wrong_fields(managing.post(PATH, good | changed)) == names, changed
    assert wrong_fields(managing.post(PATH, {"source": "z", "csv": "id;subject\n"})) == {"csv"}
    assert not ImportBatch.objects.exists()
    table = "Key,Title,Company,Urgency,Opened at,Comment\nZ-9,Down,acme,Sev 9,2026-01-05 09:00," + "[" * 9000
    sent = managing.post(PATH, {"source": "z", "csv": table, "severities": {"Sev 9": "P2"}})
    assert sent.json()["options"]["severities"] == {"Sev 9": "P2"}
    fields = {each["field"] for each in managing.get(f"{sent['Location']}problems/").json()["results"]}
    assert fields == {"reported_at", "comments"}
