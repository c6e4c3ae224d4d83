"""`?expand=`: what belongs to a ticket comes with it, in as many queries as names were given."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Customer, User
from escalations.models import Ticket
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields

ALL = "customer,owner,team,severity,clocks,events,escalations"


def asked(api: Caller, address: str) -> tuple[Any, int]:
    with CaptureQueriesContext(connection) as captured:
        response = api.get(address)
    assert response.status_code == 200, response.content
    return response.json(), len(captured)


def test_a_ticket_brings_what_belongs_to_it(api: Caller, ticket: Ticket, casey: User) -> None:
    ticket.resolve(root_cause="x", solution="x", prevention="x", by=casey, at=timezone.now())
    ticket.reopen(reason="x", by=casey, at=timezone.now())
    address = f"/api/v1/tickets/{ticket.number}/"
    found = asked(api, f"{address}?expand={ALL}")[0]["expanded"]
    assert list(found) == ALL.split(",")
    assert found["customer"] == api.get("/api/v1/customers/acme/").json()
    assert (found["owner"]["username"], found["team"], found["severity"]["code"]) == (
        "casey", {"slug": "emea", "name": "EMEA"}, "P1"
    )  # fmt: skip
    for name in ("events", "escalations"):
        assert found[name] == api.get(f"{address}{name}/").json()["results"]
    assert {clock["kind"] for clock in found["clocks"]} == {"response", "update", "resolution"}
    assert len(found["clocks"]) > len(api.get(address).json()["clocks"])  # the update clock's cycle before, too
    assert "expanded" not in api.get(address).json()


def test_more_tickets_cost_no_more_queries(api: Caller, log_issue: Callable[..., Ticket], morgan: User) -> None:
    api.get("/api/v1/tickets/")  # notes the token's use
    log_issue("P1")
    few = asked(api, f"/api/v1/tickets/?expand={ALL}")[1]
    for number in range(3):
        customer = Customer.objects.create(slug=f"c-{number}", name=f"C {number}")
        log_issue("P2", customer=customer, owner=morgan).note(text="x", by=morgan, at=timezone.now())
    found, now = asked(api, f"/api/v1/tickets/?expand={ALL}")
    assert [len(row["expanded"]["events"]) > 0 for row in found["results"]] == [True] * 4
    assert now == few <= asked(api, "/api/v1/tickets/")[1] + 3  # contacts of customers, events, rungs


def test_the_next_page_is_expanded_as_well(api: Caller, log_issue: Callable[..., Ticket]) -> None:
    log_issue(), log_issue()
    following = api.get("/api/v1/tickets/?limit=1&expand=owner&expand=customer").json()["next"]
    assert set(api.get(following).json()["results"][0]["expanded"]) == {"owner", "customer"}


@pytest.mark.parametrize("name", ["colour", "owner__password", "Owner", "owner.team"])
def test_what_cannot_be_expanded_is_refused_with_what_can(api: Caller, ticket: Ticket, name: str) -> None:
    for address in ("/api/v1/tickets/", f"/api/v1/tickets/{ticket.number}/"):
        response = api.get(f"{address}?expand={name}")
        assert wrong_fields(response) == {"expand"}
        assert "customer, owner" in refusal(response, 400)["fields"]["expand"][0]


def test_events_of_the_whole_desk(api: Caller, log_issue: Callable[..., Ticket], casey: User) -> None:
    first, second = log_issue("P1"), log_issue("P2")
    second.note(text="Found it", by=casey, at=timezone.now())
    api.get("/api/v1/events/")  # notes the token's use
    few = asked(api, "/api/v1/events/?expand=ticket&limit=1")[1]
    found, now = asked(api, "/api/v1/events/?expand=ticket")
    assert now == few
    assert [row["expanded"]["ticket"]["number"] for row in found["results"]] == [
        row["ticket"] for row in found["results"]
    ]
    assert {row["ticket"] for row in found["results"]} == {first.number, second.number}
    notes = api.get("/api/v1/events/", {"kind": "note", "ticket": second.number, "ordering": "recorded"}).json()
    assert [row["text"] for row in notes["results"]] == ["Found it"]
    one = api.get(f"/api/v1/events/{notes['results'][0]['id']}/")
    assert (one.json()["ticket"], one["ETag"][0]) == (second.number, '"')
    assert wrong_fields(api.get("/api/v1/events/", {"since": "9999-12-31T23:59:59-23:00"})) == {"since"}
    for method in ("post", "patch", "delete"):
        refusal(getattr(api, method)(f"/api/v1/events/{notes['results'][0]['id']}/"), 405)
