"""Long lists in one answer, a few rows at a time."""

import csv
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.rest import export
from escalations.models import Ticket
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields

ADDRESS = "/api/v1/tickets/export/"
Log = Callable[..., Ticket]


def table(response: Any) -> list[dict[str, str]]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(response.getvalue().decode().splitlines()))


def lines(response: Any) -> list[dict[str, Any]]:
    assert response["Content-Type"] == "application/x-ndjson; charset=utf-8"
    return [json.loads(line) for line in response.getvalue().decode().splitlines()]


def test_lines_are_tickets_as_the_list_has_them(api: Caller, log_issue: Log) -> None:
    log_issue("P1"), log_issue("P4", subject="Umlaut ü\nand more")
    listed = {row["number"]: row for row in api.get("/api/v1/tickets/").json()["results"]}
    found = lines(api.get(ADDRESS))
    assert [row["number"] for row in found] == sorted(listed)
    without = [{name: value for name, value in row.items() if name != "next_event"} for row in listed.values()]
    assert sorted(found, key=str) == sorted(without, key=str)


def test_a_table_has_the_same_columns_for_all_and_no_formulas(api: Caller, log_issue: Log) -> None:
    log_issue("P4", subject="=HYPERLINK(1)", tags=["a", "b"])
    log_issue("P1", subject="@SUM", reporter_name="+1", reporter_email="dana@acme.example")
    first, second = table(api.get(ADDRESS, {"format": "csv"}))
    assert (first["subject"], first["tags"], second["subject"], second["reporter.name"]) == (
        "'=HYPERLINK(1)", "a, b", "'@SUM", "'+1"
    )  # fmt: skip
    assert (first["update.state"], second["update.state"]) == ("", "running")
    assert second["response.due_at"].endswith("Z")


def test_the_filters_of_the_list_hold(api: Caller, log_issue: Log) -> None:
    log_issue("P1"), log_issue("P4")
    assert [row["severity"] for row in lines(api.get(ADDRESS, {"severity": "P4"}))] == ["P4"]
    assert lines(api.get(ADDRESS, {"status": "done"})) == []
    assert api.get(ADDRESS, {"status": "done", "format": "csv"}).getvalue() == b""


@pytest.mark.parametrize("name", ["limit", "cursor", "ordering", "expand", "colour"])
def test_it_has_no_pages(api: Caller, desk: None, name: str) -> None:
    assert wrong_fields(api.get(ADDRESS, {name: "1"})) == {name}
    assert wrong_fields(api.get(ADDRESS, {"format": "xml"})) == {"format"}


def test_accept_chooses_as_well(api: Caller, log_issue: Log, nobody: Caller) -> None:
    log_issue()
    assert table(api.get(ADDRESS, headers={"Accept": "text/csv"}))
    for accept in ("application/x-ndjson", "application/json", "*/*"):
        assert lines(api.get(ADDRESS, headers={"Accept": accept}))
    refusal(api.get(ADDRESS, headers={"Accept": "text/html"}), 406)
    refusal(nobody.get(ADDRESS, headers={"Accept": "text/csv"}), 401)
    assert api.head(ADDRESS).content == b""


def test_rows_are_read_while_they_are_sent(api: Caller, log_issue: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        log_issue("P4")
    monkeypatch.setattr(export, "AT_ONCE", 2)
    with CaptureQueriesContext(connection) as asked:
        parts = iter(api.get(ADDRESS, {"format": "csv"}).streaming_content)
        counts = []
        for part in parts:
            counts.append((len(part.splitlines()), len(asked)))
    assert [rows for rows, _queries in counts] == [3, 2, 1]  # the first brings the names of the columns
    step = counts[1][1] - counts[0][1]
    assert 0 < step == counts[2][1] - counts[1][1] <= 3  # tickets, clocks, pauses


def test_events_come_in_the_order_they_were_written(api: Caller, log_issue: Log) -> None:
    numbers = [log_issue("P1").number, log_issue("P4").number]
    found = lines(api.get("/api/v1/events/export/"))
    assert list(dict.fromkeys(row["ticket"] for row in found)) == numbers
    rows = table(api.get("/api/v1/events/export/", {"format": "csv", "kind": "opened"}))
    assert [json.loads(row["data"])["severity"] for row in rows] == ["P1", "P4"]
