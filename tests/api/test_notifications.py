"""The outbox, for reading."""

import pytest

from escalations.models import Ticket
from templates_app.models import Notification
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields
from tests.api.test_ticket_list import queries


def test_messages_are_listed_and_read(reading: Caller, ticket: Ticket) -> None:
    rows = reading.get("/api/v1/notifications/").json()["results"]
    assert len(rows) == Notification.objects.count() > 0
    assert reading.get(f"/api/v1/notifications/{rows[0]['id']}/").json() == rows[0]
    assert (rows[0]["ticket"], rows[0]["state"]) == (ticket.number, "queued")


@pytest.mark.parametrize(
    ("query", "all_of_them"),
    [
        ("ticket={number}", True),
        ("ticket=ESC-9999", False),
        ("state=queued", True),
        ("state=sent,dead", False),
        ("kind=opened,escalated", True),
        ("kind=customer", False),
    ],
)
def test_filters(api: Caller, ticket: Ticket, query: str, all_of_them: bool) -> None:
    rows = api.get(f"/api/v1/notifications/?{query.format(number=ticket.number)}").json()["results"]
    assert bool(rows) is all_of_them


@pytest.mark.parametrize("query", ["state=lost", "colour=red", "cursor=x"])
def test_a_wrong_parameter_is_named(api: Caller, ticket: Ticket, query: str) -> None:
    assert {name.split(".")[0] for name in wrong_fields(api.get(f"/api/v1/notifications/?{query}"))} == {
        query.split("=")[0]
    }


def test_links_that_act_for_somebody_are_blanked_out(api: Caller, ticket: Ticket) -> None:
    message = Notification.objects.filter(escalation_id__isnull=False).first()
    assert message
    secret = message.context["take_path"].split("/")[2]
    Notification.objects.filter(pk=message.pk).update(text=f"I have it: http://x{message.context['take_path']} thanks")
    response = api.get(f"/api/v1/notifications/{message.pk}/")
    assert secret not in response.content.decode()
    assert response.json()["text"] == "I have it: http://x/a/…/ thanks"


def test_the_administrators_messages_are_not_everybodys(api: Caller, configuring: Caller, ticket: Ticket) -> None:
    row = Notification.objects.latest("pk")
    Notification.objects.filter(pk=row.pk).update(kind="admin", text="http://d/overviews/secret/")
    assert api.get(f"/api/v1/notifications/{row.pk}/").status_code == 404
    assert "secret" not in configuring.get(f"/api/v1/notifications/{row.pk}/").json()["text"]


def test_nobody_writes_messages(configuring: Caller, nobody: Caller, ticket: Ticket) -> None:
    key = Notification.objects.values_list("pk", flat=True)[0]
    refusal(configuring.post("/api/v1/notifications/", {}), 405)
    refusal(configuring.delete(f"/api/v1/notifications/{key}/"), 405)
    refusal(nobody.get("/api/v1/notifications/"), 401)


def test_a_list_costs_one_query(api: Caller, ticket: Ticket) -> None:
    api.get("/api/v1/notifications/")
    assert queries(api, "/api/v1/notifications/") <= 3
