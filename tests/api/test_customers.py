"""Customers, with our people there."""

from datetime import date
from typing import Any

import pytest

from contacts.models import Customer, Team
from escalations.models import Ticket
from tests.api.conftest import MONDAY_TEN, Caller
from tests.api.problems import refusal, wrong_fields
from tests.api.test_ticket_list import queries

DANA = {"name": "Dana", "title": "CTO", "email": "dana@globex.example", "phone": "1"}
GLOBEX = {
    "slug": "globex",
    "name": "Globex",
    "tier": "Gold",
    "annual_value": "1840000.00",
    "currency": "USD",
    "renewal_on": "2027-01-31",
    "health": "yellow",
    "churned_at": None,
    "team": "emea",
    "domains": ["globex.example"],
    "language": "de",
    "contacts": [DANA],
}


def test_a_customer_is_made_read_changed_and_deleted(managing: Caller) -> None:
    made = managing.post("/api/v1/customers/", GLOBEX)
    assert made.status_code == 201, made.content
    assert made.json() == GLOBEX
    assert made["Location"] == "/api/v1/customers/globex/"
    assert managing.get(made["Location"]).json() == GLOBEX
    changed = managing.patch(made["Location"], {"annual_value": None, "churned_at": "2026-01-01T00:00:00Z"}).json()
    assert (changed["annual_value"], changed["churned_at"]) == (None, "2026-01-01T00:00:00Z")
    assert changed["contacts"] == [DANA]
    assert managing.delete(made["Location"]).status_code == 204


def test_contacts_are_written_as_a_whole_and_keep_their_order(managing: Caller) -> None:
    address = managing.post("/api/v1/customers/", GLOBEX)["Location"]
    both = [{**DANA, "name": "Zoe"}, DANA]
    assert managing.patch(address, {"contacts": both}).json()["contacts"] == both
    assert managing.patch(address, {"contacts": []}).json()["contacts"] == []


def test_only_a_short_name_and_a_name_are_needed(managing: Caller) -> None:
    assert wrong_fields(managing.post("/api/v1/customers/", {})) == {"slug", "name"}
    made = managing.post("/api/v1/customers/", {"slug": "x", "name": "X"})
    assert made.status_code == 201
    assert (made.json()["health"], made.json()["contacts"]) == ("green", [])


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"slug": "acme"}, "slug"),
        ({"slug": "not a slug"}, "slug"),
        ({"slug": "import"}, "slug"),
        ({"name": ""}, "name"),
        ({"name": ["x"]}, "name"),
        ({"annual_value": "-1"}, "annual_value"),
        ({"annual_value": "1.234"}, "annual_value"),
        ({"annual_value": "NaN"}, "annual_value"),
        ({"annual_value": "1e3"}, "annual_value"),
        ({"annual_value": "9" * 13}, "annual_value"),
        ({"annual_value": 5}, "annual_value"),
        ({"currency": "euro"}, "currency"),
        ({"currency": "€€€"}, "currency"),
        ({"renewal_on": "31.01.2027"}, "renewal_on"),
        ({"renewal_on": "9999-12-31"}, "renewal_on"),
        ({"renewal_on": "0001-01-01"}, "renewal_on"),
        ({"health": "purple"}, "health"),
        ({"churned_at": "2026-01-01"}, "churned_at"),
        ({"team": "nowhere"}, "team"),
        ({"contacts": [{"email": "x"}]}, "contacts.0.name"),
        ({"contacts": {"name": "x"}}, "contacts"),
        ({"contacts": [DANA, {**DANA, "nick": "D"}]}, "contacts.1.nick"),
        ({"contacts": [DANA] * 101}, "contacts"),
        ({"contacts": ["Dana"]}, "contacts.0"),
        ({"tickets": []}, "tickets"),
    ],
)
def test_what_is_wrong_is_named(managing: Caller, acme: Customer, changed: Any, name: str) -> None:
    assert name in wrong_fields(managing.post("/api/v1/customers/", GLOBEX | changed))
    assert not Customer.objects.filter(slug="globex").exists()


def test_what_is_changed_is_kept_as_on_the_pages(managing: Caller) -> None:
    address = managing.post("/api/v1/customers/", GLOBEX)["Location"]
    managing.patch(address, {"health": "red", "contacts": []})
    managing.patch(address, {"churned_at": "2026-01-01T00:00:00Z"})
    managing.patch(address, {"churned_at": None})
    globex = Customer.objects.get(slug="globex")
    assert [record.health for record in globex.health_records.all()] == ["red", "yellow"]
    assert [change.kind for change in globex.changes.all()] == [
        "won_back", "churned", "contacts", "changed", "created",
    ]  # fmt: skip
    assert {change.source for change in globex.changes.all()} == {"api"}


def test_a_customer_with_tickets_stays(managing: Caller, ticket: Ticket) -> None:
    refusal(managing.delete("/api/v1/customers/acme/"), 409)


def test_filters(managing: Caller, acme: Customer) -> None:
    managing.post("/api/v1/customers/", GLOBEX | {"churned_at": "2026-01-01T00:00:00Z"})

    def found(query: str) -> list[str]:
        return [row["slug"] for row in managing.get(f"/api/v1/customers/?{query}").json()["results"]]

    assert found("") == ["acme", "globex"]
    assert found("q=glo") == ["globex"]
    assert found("health=green") == ["acme"]
    assert found("churned=true") == ["globex"]
    assert wrong_fields(managing.get("/api/v1/customers/?health=purple")) == {"health"}


def test_more_rows_cost_no_more_queries(managing: Caller, acme: Customer) -> None:
    managing.get("/api/v1/customers/")
    few = queries(managing, "/api/v1/customers/")
    for number in range(5):
        managing.post("/api/v1/customers/", GLOBEX | {"slug": f"c-{number}"})
    assert queries(managing, "/api/v1/customers/") <= few + 1  # the team of the first one


def test_only_managers_and_administrators_write(
    api: Caller, reading: Caller, nobody: Caller, configuring: Caller, acme: Customer
) -> None:
    for caller, status in ((api, 403), (reading, 403), (nobody, 401)):
        refusal(caller.post("/api/v1/customers/", GLOBEX), status)
        refusal(caller.patch("/api/v1/customers/acme/", {"name": "x"}), status)
        refusal(caller.delete("/api/v1/customers/acme/"), status)
    assert reading.get("/api/v1/customers/acme/").status_code == 200
    assert configuring.patch("/api/v1/customers/acme/", {"name": "Acme Inc"}).status_code == 200


def test_a_mail_domain_is_tidied_and_everybodys_is_refused(managing: Caller) -> None:
    managing.post("/api/v1/customers/", GLOBEX)
    changed = managing.patch("/api/v1/customers/globex/", {"domains": ["@Globex.Example", "globex.test"]})
    assert changed.json()["domains"] == ["globex.example", "globex.test"]
    refused = managing.patch("/api/v1/customers/globex/", {"domains": ["gmail.com"]})
    assert refused.status_code == 400
    assert "domains" in refused.json()["fields"]


def test_the_list_is_narrowed_and_ordered(reading: Caller, acme: Customer, emea: Team) -> None:
    Customer.objects.create(
        slug="beta", name="Beta", annual_value=5, team=emea, tier="Gold", renewal_on=date(2027, 1, 5)
    )

    def found(query: str) -> list[str]:
        return [row["slug"] for row in reading.get(f"/api/v1/customers/?{query}").json()["results"]]

    assert found("ordering=annual_value") == ["beta", "acme"]
    Customer.objects.create(slug="nil", name="Nobody knows")
    for order in ("annual_value", "-annual_value"):
        page, seen = reading.get(f"/api/v1/customers/?limit=1&ordering={order}").json(), list[str]()
        while page["results"]:
            seen += [row["slug"] for row in page["results"]]
            page = reading.get(page["next"]).json() if page["next"] else {"results": []}
        assert sorted(seen) == ["acme", "beta", "nil"]
    Customer.objects.get(slug="nil").delete()
    assert found("tier=gold&ordering=-name") == ["beta", "acme"]
    assert found("team=emea") == found("renewal_from=2027-01-05&renewal_before=2027-01-06") == ["beta"]
    for path in ("contacts/?user=aud", f"absences/?at={MONDAY_TEN:%Y-%m-%dT%H:%M}Z", "notifications/?to=x@y.example",
                 "notifications/?channel=email,app&since=2026-01-01T00:00:00Z"):  # fmt: skip
        assert reading.get(f"/api/v1/{path}").json()["results"] == []
