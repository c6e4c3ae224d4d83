"""The wording of messages to customers."""

from typing import Any

import pytest

from escalations.models import Ticket
from templates_app.models import CommunicationTemplate, Notification
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields

ADDRESS = "/api/v1/templates/acknowledgement/"


def test_templates_are_listed_and_read(reading: Caller, desk: None) -> None:
    rows = reading.get("/api/v1/templates/").json()["results"]
    assert [row["slug"] for row in rows] == ["acknowledgement", "status-update", "resolution"]
    assert set(rows[0]) == {"slug", "name", "severities", "subject", "body", "fields"}
    assert reading.get(ADDRESS).json() == rows[0]


def test_an_administrator_changes_the_wording(configuring: Caller, desk: None) -> None:
    field = {"name": "next_steps", "label": "Next steps", "required": False}
    response = configuring.patch(ADDRESS, {"body": "Dear {{contact_name}}\r\n{{next_steps}}", "fields": [field]})
    assert response.status_code == 200, response.content
    assert response.json()["fields"] == [field]
    assert CommunicationTemplate.objects.get(slug="acknowledgement").body == "Dear {{contact_name}}\n{{next_steps}}"


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"body": "{{password}}"}, "body"),
        ({"body": "{{ 7*7 }}"}, "body"),
        ({"body": "half {{a"}, "body"),
        ({"body": ""}, "body"),
        ({"subject": "{{nothing}}"}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"slug": "x"}, "slug"),
        ({"severities": "P1"}, "severities"),
        ({"fields": [{"name": "nothing", "label": "x"}]}, "fields.0.name"),
        ({"fields": [{"label": "x"}]}, "fields.0.name"),
        ({"fields": {}}, "fields"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(configuring: Caller, desk: None, changed: Any, name: str) -> None:
    assert wrong_fields(configuring.patch(ADDRESS, changed)) == {name}


def test_nobody_else_changes_templates(
    api: Caller, managing: Caller, reading: Caller, nobody: Caller, desk: None
) -> None:
    for caller, status in ((api, 403), (managing, 403), (reading, 403), (nobody, 401)):
        refusal(caller.patch(ADDRESS, {"body": "x"}), status)
    refusal(nobody.post(f"{ADDRESS}preview/", {}), 401)


def test_a_preview_is_what_the_customer_would_read(reading: Caller, ticket: Ticket) -> None:
    before = Notification.objects.count()
    response = reading.post(f"{ADDRESS}preview/", {"ticket": ticket.number})
    assert response.status_code == 200, response.content
    assert response.json() == {
        "subject": f"{ticket.number}: Nobody can sign in",
        "text": "Dear Dana,\n\nHello.",
        "html": "<p>Dear Dana,</p>\n<p>Hello.</p>",
        "empty": [],
    }
    assert Notification.objects.count() == before


def test_a_preview_shows_what_is_still_to_be_written(configuring: Caller, ticket: Ticket) -> None:
    configuring.patch(ADDRESS, {"body": "Next: {{next_steps}}"})
    first = configuring.post(f"{ADDRESS}preview/", {"ticket": ticket.number}).json()
    assert (first["empty"], first["text"]) == (["next_steps"], "Next: [Next steps]")
    values = {"next_steps": "<b>Patch</b>"}
    second = configuring.post(f"{ADDRESS}preview/", {"ticket": ticket.number, "values": values}).json()
    assert (second["empty"], second["html"]) == ([], "<p>Next: &lt;b&gt;Patch&lt;/b&gt;</p>")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "ticket"),
        ({"ticket": "ESC-9999"}, "ticket"),
        ({"ticket": 7}, "ticket"),
        ({"ticket": "ESC-1001", "values": {"nothing": "x"}}, "values.nothing"),
        ({"ticket": "ESC-1001", "values": {"next_steps": 5}}, "values.next_steps"),
        ({"ticket": "ESC-1001", "values": []}, "values"),
        ({"ticket": "ESC-1001", "colour": 1}, "colour"),
    ],
)
def test_what_is_wrong_with_a_preview_is_named(api: Caller, ticket: Ticket, body: Any, name: str) -> None:
    body = {**body, "ticket": ticket.number} if body.get("ticket") == "ESC-1001" else body
    assert wrong_fields(api.post(f"{ADDRESS}preview/", body)) == {name}
