"""The wording of messages to customers."""

from typing import Any

import pytest

from escalations.models import Ticket
from templates_app.models import CommunicationTemplate, Notification
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields

pytestmark = pytest.mark.once  # forms, words and rights; test_schema asks every operation on both

ADDRESS = "/api/v1/templates/acknowledgement/"


def test_templates_are_listed_and_read(reading: Caller, desk: None) -> None:
    rows = reading.get("/api/v1/templates/").json()["results"]
    assert [row["slug"] for row in rows] == ["acknowledgement", "status-update", "resolution"]
    assert set(rows[0]) == {
        "slug", "name", "severities", "subject", "body", "fields", "translations", "archived", "version",
    }  # fmt: skip
    assert reading.get(ADDRESS).json() == rows[0]


def test_a_manager_changes_the_wording(managing: Caller, desk: None) -> None:
    field = {"name": "next_steps", "label": "Next steps", "required": False}
    response = managing.patch(ADDRESS, {"body": "Dear {{contact_name}}\r\n{{next_steps}}", "fields": [field]})
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
        ({"subject": "\x8d" + "x" * 200}, "subject"),
        ({"slug": "x"}, "slug"),
        ({"severities": "P1"}, "severities"),
        ({"severities": ["P9"]}, "severities"),
        ({"version": 7}, "version"),
        ({"translations": {"xx": {"subject": "x", "body": "x"}}}, "translations.xx"),
        ({"translations": {"de": {"subject": "x", "body": "{{nothing}}"}}}, "translations.de.body"),
        ({"translations": {"de": {"subject": "x"}}}, "translations.de.body"),
        ({"name": "\u200b"}, "name"),
        ({"fields": [{"name": "nothing", "label": "x"}]}, "fields.0.name"),
        ({"fields": [{"label": "x"}]}, "fields.0.name"),
        ({"fields": {}}, "fields"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(configuring: Caller, desk: None, changed: Any, name: str) -> None:
    assert wrong_fields(configuring.patch(ADDRESS, changed)) == {name}


def test_nobody_else_changes_templates(api: Caller, reading: Caller, nobody: Caller, desk: None) -> None:
    for caller, status in ((api, 403), (reading, 403), (nobody, 401)):
        refusal(caller.patch(ADDRESS, {"body": "x"}), status)
        refusal(caller.post("/api/v1/templates/", {}), status)
    refusal(nobody.post(f"{ADDRESS}preview/", {}), 401)


def test_a_preview_is_what_the_customer_would_read(reading: Caller, ticket: Ticket) -> None:
    before = Notification.objects.count()
    response = reading.post(f"{ADDRESS}preview/", {"ticket": ticket.number})
    assert response.status_code == 200, response.content
    assert response.json() == {
        "subject": f"{ticket.number}: Nobody can sign in",
        "text": "Dear Dana,\n\nHello.",
        "html": "<p>Dear Dana,</p>\n<p>Hello.</p>",
        "language": "en",
        "missing": [],
        "empty": [],
    }
    assert Notification.objects.count() == before


def test_a_preview_shows_what_is_still_to_be_written(configuring: Caller, ticket: Ticket) -> None:
    configuring.patch(ADDRESS, {"body": "Done: {{work_completed}}"})
    first = configuring.post(f"{ADDRESS}preview/", {"ticket": ticket.number}).json()
    assert first["empty"] == first["missing"]
    assert (first["missing"], first["text"]) == (["work_completed"], "Done: [Work completed]")
    values = {"work_completed": "<b>Patch</b>"}
    second = configuring.post(f"{ADDRESS}preview/", {"ticket": ticket.number, "values": values}).json()
    assert (second["missing"], second["html"]) == ([], "<p>Done: &lt;b&gt;Patch&lt;/b&gt;</p>")


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


def test_a_new_template_has_a_version_and_every_change_adds_one(managing: Caller, desk: None) -> None:
    words = {
        "name": "Maintenance window",
        "subject": "Tonight\r\nBcc: x@evil.example",
        "body": "Hello {{contact_name}}",
    }
    created = managing.post("/api/v1/templates/", words)
    assert created.status_code == 201, created.content
    address = created["Location"]
    assert address == "/api/v1/templates/maintenance-window/"
    assert (created.json()["subject"], created.json()["version"]) == ("Tonight Bcc: x@evil.example", 1)
    german = {"de": {"subject": "Heute Nacht", "body": "Guten Tag {{contact_name}}"}}
    changed = managing.patch(address, {"translations": german}).json()
    assert (changed["translations"], changed["version"]) == (german, 2)
    assert managing.patch(address, {"translations": german}).json()["version"] == 2  # nothing new, no version
    versions = managing.get(f"{address}versions/").json()["results"]
    assert [(each["number"], each["wording"]["translations"]) for each in versions] == [(2, german), (1, {})]


def test_what_the_protocol_needs_is_not_archived(managing: Caller, desk: None) -> None:
    assert "acknowledges" in refusal(managing.patch(ADDRESS, {"archived": True}), 409)["detail"]
    managing.post("/api/v1/templates/", {"slug": "own", "name": "Own", "subject": "x", "body": "x"})
    assert managing.patch("/api/v1/templates/own/", {"archived": True}).json()["archived"] is True
    assert managing.patch("/api/v1/templates/own/", {"archived": False}).json()["archived"] is False
    again = managing.post("/api/v1/templates/", {"slug": "own", "name": "Own", "subject": "x", "body": "x"})
    assert wrong_fields(again) == {"slug"}


def test_a_preview_is_in_the_language_of_the_customer(managing: Caller, ticket: Ticket) -> None:
    managing.patch(ADDRESS, {"translations": {"de": {"subject": "Hallo", "body": "Guten Tag {{contact_name}}"}}})
    asked = {"ticket": ticket.number}
    ticket.customer.__class__.objects.update(language="de")
    german = managing.post(f"{ADDRESS}preview/", asked).json()
    assert (german["language"], german["text"]) == ("de", "Guten Tag Dana")
    assert managing.post(f"{ADDRESS}preview/", {**asked, "language": "en"}).json()["text"] == "Dear Dana,\n\nHello."
    assert wrong_fields(managing.post(f"{ADDRESS}preview/", {**asked, "language": "fr"})) == {"language"}
