"""A customer's SLA report: the dashboard's numbers, each clock explained, and nothing that is internal."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from contacts.models import Customer, User
from escalations.models import Ticket
from escalations.sweep import sweep
from metrics.board import board
from metrics.reports.customer import Report
from metrics.reports.days import scope_of
from metrics.reports.lines import lines_of
from metrics.scope import Scope

PAGE = "/customers/acme/report/"
SECRET = "only among ourselves"
NOVEMBER = "?month=2026-11"


@pytest.fixture
def desk(log_issue: Any, casey: User, at: datetime) -> Ticket:
    """A P1 of Monday at ten: answered a minute too late, waited for an hour, resolved within its time."""
    ticket: Ticket = log_issue("P1", subject="=HYPERLINK(1) nobody can sign in", description=SECRET)
    sweep(at + timedelta(minutes=15, seconds=1))
    ticket.refresh_from_db()
    ticket.acknowledge(by=casey, at=at + timedelta(minutes=16))
    ticket.note(by=casey, at=at + timedelta(minutes=17), text=SECRET)
    ticket.wait(by=casey, at=at + timedelta(minutes=20), reason="their logs")
    ticket.resume(by=casey, at=at + timedelta(minutes=80))
    ticket.resolve(by=casey, at=at + timedelta(minutes=90), root_cause=SECRET, solution=SECRET, prevention=SECRET)
    return ticket


@pytest.fixture
def later(at: datetime) -> Iterator[datetime]:
    """It is one o'clock."""
    with time_machine.travel(at + timedelta(hours=3), tick=False):
        yield at + timedelta(hours=3)


def report_of(query: str, user: User, at: datetime) -> Report:
    return Report(scope_of(QueryDict(query), user, Customer.objects.get(slug="acme"), at))


def test_each_clock_says_what_became_of_it_and_where_its_time_went(desk: Ticket, later: datetime) -> None:
    ticket = Ticket.objects.for_list().get(pk=desk.pk)
    response, *_updates, resolution = lines_of(ticket, later)
    assert (response.target, response.state, response.over) == ("15 min", "breached", timedelta(minutes=1))
    assert response.verdict == "Missed by 1 min"
    assert [part["kind"] for part in resolution.segments] == ["running", "paused", "running"]
    assert resolution.segments[1]["why"] == "their logs"
    assert resolution.words == "30 min counted, 1h paused"
    assert resolution.verdict == "Met, 3h 30m to spare"
    for line in lines_of(ticket, later):
        assert line.counted == line.clock.elapsed(later)


def test_the_page_has_the_boards_numbers_and_nothing_internal(
    desk: Ticket, client: Any, casey: User, at: datetime, log_issue: Any, later: datetime
) -> None:
    other = Customer.objects.create(slug="other", name="Other", annual_value=1)
    log_issue("P2", customer=other, subject="Not theirs")
    client.force_login(casey)
    page = client.get(PAGE + NOVEMBER)
    html = page.content.decode()
    assert "Missed by 1 min" in html
    assert "their logs" in html
    assert SECRET not in html
    assert "Not theirs" not in html
    scope = Scope.read(QueryDict("from=2026-11-01&to=2026-11-23&customer=acme"), casey, later)
    sums = page.context["report"].sums
    assert (sums.opened, sums.response_missed, sums.resolution_met) == (1, 1, 1)
    board_page = client.get(scope.url())
    assert board_page.context["scope"].first == page.context["scope"].first
    assert board(scope).now == sums


def test_the_files_hold_the_same_and_no_formula(
    desk: Ticket, client: Any, casey: User, at: datetime, later: datetime
) -> None:
    client.force_login(casey)
    text = b"".join(client.get("/customers/acme/report.csv" + NOVEMBER).streaming_content).decode()
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK" not in text
    assert SECRET not in text
    assert f"{desk.number},P1" in text
    book = load_workbook(io.BytesIO(client.get("/customers/acme/report.xlsx" + NOVEMBER).content))
    assert book.sheetnames == ["Numbers", "Issues", "Clocks", "Stretches"]
    assert book["Issues"]["C2"].value == "'=HYPERLINK(1) nobody can sign in"
    first = dict(row[:2] for row in book["Numbers"].iter_rows(values_only=True))
    assert first["First responses in time"] == 0
    assert first["Resolutions in time"] == 100
    assert ("Paused", "their logs", "Casey") in [row[4:7] for row in book["Stretches"].iter_rows(values_only=True)]
    assert SECRET not in str([list(sheet.values) for sheet in book])


@pytest.mark.django_db
def test_days_are_read_from_the_address_and_never_fail(acme: Customer, casey: User) -> None:
    casey.time_zone = "Pacific/Auckland"
    at = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)  # the first of December there
    asked = {
        "": ("2026-11-01", "2026-11-30"),
        "month=2026-12": ("2026-12-01", "2026-12-01"),
        "month=2024-02": ("2024-02-01", "2024-02-29"),
        "quarter=2026-Q1": ("2026-01-01", "2026-03-31"),
        "from=2026-10-05&to=2026-10-06": ("2026-10-05", "2026-10-06"),
        "month=2026-13": ("2026-11-01", "2026-11-30"),
        "quarter=2026-Q9&month=\0": ("2026-11-01", "2026-11-30"),
        "month=0000-01": ("2026-11-01", "2026-11-30"),
        "month=9999-12&from=x": ("2026-11-01", "2026-11-30"),
    }
    for query, days in asked.items():
        scope = report_of(query, casey, at).scope
        assert (scope.first.isoformat(), scope.last.isoformat()) == days, query
    assert report_of("month=2026-13", casey, at).scope.notes
    berlin = report_of("month=2026-10&zone=Europe/Berlin", casey, at).scope
    assert berlin.period.since == datetime(2026, 10, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert ("zone", "Europe/Berlin") in berlin.params()
    for wrong in ("../etc", "Europe", "x\0"):
        assert report_of(f"zone={wrong}", casey, at).scope.zone.key == "Pacific/Auckland"


def test_more_issues_are_no_more_queries(
    desk: Ticket, client: Any, casey: User, log_issue: Any, at: datetime, later: datetime
) -> None:
    client.force_login(casey)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE + NOVEMBER).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for _n in range(3):
        log_issue("P2")
    assert asked() == few <= 12


def test_what_is_not_there_is_not_found(client: Any, casey: User) -> None:
    client.force_login(casey)
    assert client.get("/customers/nobody/report/").status_code == 404
    client.logout()
    assert client.get(PAGE).status_code == 302
