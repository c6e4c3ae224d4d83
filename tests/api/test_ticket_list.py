"""The list of tickets: filters, ordering, pages, and what it costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Customer, User
from escalations.models import Ticket
from tests.api.conftest import Caller
from tests.api.problems import wrong_fields

Log = Callable[..., Ticket]


def numbers(api: Caller, **query: Any) -> list[str]:
    response = api.get("/api/v1/tickets/", query)
    assert response.status_code == 200, response.content
    return [row["number"] for row in response.json()["results"]]


def walk(api: Caller, address: str, step: str = "next") -> list[list[str]]:
    pages = []
    while address:
        document = api.get(address).json()
        assert set(document) == {"next", "previous", "results"}
        pages.append([row["number"] for row in document["results"]])
        address = document[step]
    return pages


@pytest.fixture
def several(log_issue: Log, morgan: User, casey: User) -> list[Ticket]:
    globex = Customer.objects.create(slug="globex", name="Globex Corporation")
    at = timezone.now()
    return [
        log_issue("P1"),
        log_issue("P2", customer=globex, owner=morgan, subject="Invoices are late"),
        log_issue("P3", owner=None, reported_at=at - timedelta(days=30)),
        log_issue("P4", subject="A typo", tags=["sso"], reported_at=at - timedelta(hours=1)),
    ]


def test_newest_reports_come_first(api: Caller, several: list[Ticket]) -> None:
    one, two, three, four = (ticket.number for ticket in several)
    assert numbers(api) == [two, one, four, three]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"severity": "P2"}, {1}),
        ({"severity": "P1,P2"}, {0, 1}),
        ({"severity": ["P1", "P3"]}, {0, 2}),
        ({"customer": "globex"}, {1}),
        ({"owner": "morgan"}, {1}),
        ({"status": "new"}, {0, 1, 2, 3}),
        ({"status": "open"}, {0, 1, 2, 3}),
        ({"status": "closed"}, set()),
        ({"status": "done"}, set()),
        ({"level": "3"}, {0}),
        ({"level": "1,2"}, {1, 2, 3}),
        ({"breached": "true"}, {2}),
        ({"breached": "false"}, {0, 1, 3}),
        ({"team": "emea"}, {0, 1, 3}),
        ({"tag": "SSO"}, {3}),
        ({"source": "web"}, {0, 1, 2, 3}),
        ({"cause": "defect"}, set()),
        ({"reported_from": "2020-01-01T00:00:00+01:00"}, {0, 1, 2, 3}),
        ({"reported_before": "2020-01-01T00:00:00Z"}, set()),
        ({"resolved_from": "2020-01-01T00:00:00Z", "resolved_before": "2199-01-01T00:00:00Z"}, set()),
        ({"q": "invoices"}, {1}),
        ({"q": "globex late"}, {1}),
        ({"q": "nothing of the kind"}, set()),
        ({"q": "%"}, set()),
        ({"severity": "", "status": "", "q": ""}, {0, 1, 2, 3}),
        ({"severity": "P1", "customer": "globex"}, set()),
    ],
)
def test_filters(api: Caller, several: list[Ticket], query: dict[str, Any], found: set[int]) -> None:
    assert set(numbers(api, **query)) == {several[index].number for index in found}


def test_a_number_finds_its_ticket(api: Caller, several: list[Ticket]) -> None:
    assert numbers(api, q=several[1].number.lower()) == [several[1].number]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"status": "lost"}, "status"),
        ({"severity": "P9"}, "severity"),
        ({"customer": "nobody"}, "customer"),
        ({"owner": "nobody"}, "owner"),
        ({"level": "6"}, "level"),
        ({"level": "x"}, "level"),
        ({"breached": "maybe"}, "breached"),
        ({"ordering": "subject"}, "ordering"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "1.5"}, "limit"),
        ({"limit": "9" * 40}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"limit": ["1", "2"]}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"colour": "red"}, "colour"),
        ({"format": "xml"}, "format"),
        ({"q": "a\0"}, "q"),
        ({"expand": "owner,colour"}, "expand"),
        ({"reported_from": "9999-12-31T23:59:59-23:00"}, "reported_from"),
        ({"resolved_before": "0001-01-01T00:00:00+14:00"}, "resolved_before"),
    ],
)
def test_a_wrong_parameter_is_named(api: Caller, several: list[Ticket], query: dict[str, Any], name: str) -> None:
    assert wrong_fields(api.get("/api/v1/tickets/", query)) == {name}


def test_parameters_of_a_single_ticket_are_refused(api: Caller, ticket: Ticket) -> None:
    assert wrong_fields(api.get(f"/api/v1/tickets/{ticket.number}/?ordering=number")) == {"ordering"}


ORDERS = ["reported_at", "number", "due_at", "severity", "level"]


@pytest.mark.parametrize("ordering", [*ORDERS, *(f"-{name}" for name in ORDERS)])
def test_pages_show_every_row_once_and_lead_back(api: Caller, several: list[Ticket], ordering: str) -> None:
    several[0].resolve(
        root_cause="x", solution="x", prevention="x", by=several[0].owner, at=timezone.now()
    )  # no due time: the column is empty
    whole = numbers(api, ordering=ordering)
    forwards = walk(api, f"/api/v1/tickets/?limit=1&ordering={ordering}")
    assert [number for page in forwards for number in page] == whole
    assert len(whole) == 4

    last = api.get(f"/api/v1/tickets/?limit=3&ordering={ordering}").json()["next"]
    backwards = walk(api, last, "previous")
    assert [number for page in reversed(backwards) for number in page] == whole
    assert numbers(api, ordering=f"-{ordering}".replace("--", "")) == whole[::-1]


def test_rows_that_come_meanwhile_move_nothing(api: Caller, several: list[Ticket], log_issue: Log) -> None:
    first = api.get("/api/v1/tickets/?limit=2&ordering=-number").json()
    log_issue("P1")
    second = api.get(first["next"]).json()
    assert [row["number"] for row in second["results"]] == [several[1].number, several[0].number]
    assert second["next"] is None


def test_filters_hold_on_the_next_page(api: Caller, several: list[Ticket]) -> None:
    pages = walk(api, "/api/v1/tickets/?limit=1&severity=P1,P2")
    assert {number for page in pages for number in page} == {several[0].number, several[1].number}


def test_a_cursor_belongs_to_its_ordering(api: Caller, several: list[Ticket]) -> None:
    address = api.get("/api/v1/tickets/?limit=1&ordering=number").json()["next"]
    assert wrong_fields(api.get(address.replace("ordering=number", "ordering=-number"))) == {"cursor"}
    assert wrong_fields(api.get(address.replace("cursor=", "cursor=x"))) == {"cursor"}


def test_a_page_has_fifty_rows_unless_asked(api: Caller, log_issue: Log) -> None:
    for _ in range(52):
        log_issue("P4")
    assert len(numbers(api)) == 50
    assert len(numbers(api, limit=52)) == 52


def queries(api: Caller, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert api.get(address).status_code == 200
    return len(captured)


def test_more_rows_cost_no_more_queries(api: Caller, log_issue: Log, casey: User) -> None:
    tickets = [log_issue(severity) for severity in ("P1", "P2", "P3", "P4")]
    tickets[0].wait(reason="x", by=casey, at=timezone.now())
    api.get("/api/v1/tickets/")  # notes the token's use
    few = queries(api, "/api/v1/tickets/")
    for _ in range(3):
        for severity in ("P1", "P2", "P3", "P4"):
            log_issue(severity).wait(reason="x", by=casey, at=timezone.now())
            log_issue(severity)
    assert len(numbers(api)) == 28
    assert queries(api, "/api/v1/tickets/") == few
    assert few <= 8


@pytest.mark.parametrize("name", ["events", "escalations", "notifications"])
def test_longer_histories_cost_no_more_queries(api: Caller, ticket: Ticket, casey: User, name: str) -> None:
    address = f"/api/v1/tickets/{ticket.number}/{name}/"
    api.get(address)
    few = queries(api, address)
    for level in (4, 5):
        ticket.escalate(reason="x", level=level, by=casey, at=timezone.now())
        ticket.take(by=casey, at=timezone.now())
    assert queries(api, address) == few
