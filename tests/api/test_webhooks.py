"""Webhooks by the API: for administrators alone, with a secret that is said once."""

from typing import Any

import pytest

from escalations.models import Ticket
from templates_app.models import WebhookDelivery, WebhookEndpoint
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields
from tests.templates_app.webhooks import delivery, endpoint

HOME = "/api/v1/webhooks/"
GIVEN = {"name": "Status page", "url": "https://hooks.example.com/x", "kinds": ["ticket.breach"]}


def test_one_is_added_rotated_changed_switched_and_deleted(configuring: Caller) -> None:
    made = configuring.post(HOME, GIVEN, HTTP_IDEMPOTENCY_KEY="a")
    assert made.status_code == 201
    assert made.json()["secret"] == WebhookEndpoint.objects.get().secrets[0]["secret"]
    assert configuring.post(HOME, GIVEN, HTTP_IDEMPOTENCY_KEY="a").json()["secret"] is None
    own = f"{HOME}{made.json()['id']}/"
    assert made["Location"] == own
    assert "whsec_" not in configuring.get(own).content.decode()
    assert configuring.post(f"{own}rotate/").json()["secret"] != made.json()["secret"]
    assert configuring.patch(own, {"name": "Board"}).json()["name"] == "Board"
    assert configuring.post(f"{own}off/").json()["active"] is False
    refusal(configuring.post(f"{own}test/"), 409)
    assert configuring.post(f"{own}on/").json()["active"] is True
    assert configuring.post(f"{own}test/").json()["kind"] == "ping"
    assert configuring.delete(own).status_code == 204
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [({"url": "https://0x7f.1/"}, "url"), ({"kinds": ["ticket.lost"]}, "kinds.0"), ({"team": "none"}, "team")],
)
def test_what_cannot_be_used_is_named(configuring: Caller, settings: Any, given: dict[str, Any], field: str) -> None:
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = False, []
    assert set(wrong_fields(configuring.post(HOME, GIVEN | given))) == {field}


def test_deliveries_are_listed_read_and_sent_again(configuring: Caller, ticket: Ticket) -> None:
    to = endpoint("https://a.example/", with_confidential=True)
    row, other = delivery(to, about=ticket.number), delivery(to, about=ticket.number)
    WebhookDelivery.objects.filter(pk=row.pk).update(state="failed", next_try_at=None)
    own = f"{HOME}{to.pk}/"
    [found] = configuring.get(f"{own}deliveries/?state=failed").json()["results"]
    assert (found["id"], found["ticket"]) == (row.pk, ticket.number)
    assert configuring.get(f"{own}deliveries/{row.pk}/").json()["body"] == row.body
    assert configuring.post(f"{own}deliveries/{row.pk}/again/").json()["state"] == "waiting"
    assert configuring.post(f"{own}replay/", {"since": "2026-01-01T00:00:00Z"}).json() == {"count": 0}
    refusal(configuring.get(f"{own}deliveries/999999/"), 404)
    Ticket.objects.filter(pk=ticket.pk).update(confidential="security")
    hidden = configuring.get(f"{own}deliveries/{other.pk}/").json()
    assert (hidden["ticket"], hidden["body"]) == (None, None)


def test_administrators_alone(api: Caller, managing: Caller, reading: Caller, nobody: Caller) -> None:
    to = endpoint("https://a.example/")
    for caller, status in ((api, 403), (managing, 403), (reading, 403), (nobody, 401)):
        refusal(caller.get(HOME), status)
        refusal(caller.get(f"{HOME}{to.pk}/deliveries/"), status)
        refusal(caller.post(HOME, GIVEN), status)
        refusal(caller.delete(f"{HOME}{to.pk}/"), status)
