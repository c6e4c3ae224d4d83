"""The dashboard says what the board counted, and whatever it says leads to just the rows that were counted."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import QueryDict
from openpyxl import load_workbook

from contacts.models import Customer, User
from contacts.models.people import Role
from escalations.models import Goal
from metrics.board import board
from metrics.dashboard import sheets, words
from metrics.dashboard.goals import verdict
from metrics.figures import FIGURES
from metrics.scope import Scope
from tests.escalations.conftest import run
from tests.escalations.pages.conftest import auditor, desk, engine_runs, now, signed_in

__all__ = ["auditor", "desk", "engine_runs", "now", "run", "signed_in"]

LINK = re.compile(r'<a [^>]*?href="(/dashboard/issues/[^"]+)"[^>]*>(.*?)</a>', re.S)
COUNT = re.compile(r"^[\d,]+(?=$| (?:×|missed|taken|kept|broken|reopened|once|relapsed))")
HOUR = timedelta(hours=1)


@pytest.fixture
def busy(log_issue: Any, run: Any, casey: User, at: Any) -> None:
    """Issues of three days: answered, missed, escalated, resolved, of two customers, one with a nasty name."""
    other = Customer.objects.create(slug="sum", name='=SUM(A1) "&<b>', annual_value=80_000)
    for n in range(3):
        ticket = log_issue(f"P{n + 1}", at=at - n * 24 * HOUR)
        ticket.acknowledge(by=casey, at=at - n * 24 * HOUR + HOUR / 6)
    done = log_issue("P3", customer=other, at=at - 30 * HOUR)
    done.acknowledge(by=casey, at=at - 29 * HOUR)
    done.resolve(root_cause="x", solution="y", prevention="z", by=casey, at=at - 28 * HOUR)
    log_issue("P4", owner=None, customer=other)
    run(0)


def links(page: str) -> list[tuple[str, str]]:
    return [
        (unescape(address), re.sub(r"<title>(.*?)</title>.*", r"\1", text, flags=re.S))
        for address, text in LINK.findall(page)
    ]


def test_every_number_leads_to_as_many_rows_as_it_says(desk: Any, busy: None, casey: User, at: Any) -> None:
    tried = 0
    for query in ("span=7d", "span=7d&by=customer", "span=7d&by=owner&severity=P3", "span=7d&by=cause", "by=team"):
        page = desk.get(f"/dashboard/?{query}").content.decode()
        for address, text in set(links(page)):
            asked = QueryDict(urlsplit(address).query)
            scope = Scope.read(asked, casey, at)
            assert scope.notes == ()
            rows = FIGURES[asked["figure"]].rows(scope)
            if number := COUNT.match(text.rpartition(": ")[2]):
                tried += 1
                assert rows.count() == int(number[0].replace(",", "")), (address, text)
                if tried % 20 == 1:  # now and then, the list itself
                    assert desk.get(address).context["page"].paginator.count == rows.count(), address
    assert tried > 60


def test_the_files_say_what_the_page_says(desk: Any, busy: None, casey: User, at: Any) -> None:
    query = "span=7d&by=customer"
    found = board(Scope.read(QueryDict(query), casey, at))
    table = list(csv.reader(io.StringIO(desk.get(f"/dashboard/export.csv?{query}").content.decode("utf-8-sig"))))
    numbers = {row[0]: row[2] for row in table if len(row) == 7}
    assert numbers["Active Escalations"] == str(found.active) == "4"
    assert float(numbers["Resolution Rate"]) == 20.0
    assert float(numbers["Avg Resolution Time"]) == 2.0
    assert [row[0] for row in table if row and "SUM" in row[0]] == ["'=SUM(A1) \"&<b>"]
    page = desk.get(f"/dashboard/?{query}").content.decode()
    assert ">20%</a>" in page
    assert "&quot;&amp;&lt;b&gt;" in page
    book = load_workbook(io.BytesIO(desk.get(f"/dashboard/export.xlsx?{query}").content))
    for sheet, page_of_book in zip(sheets.sheets(found), book.worksheets, strict=True):
        assert page_of_book.title == sheet.title
        rows = [list(row) for row in page_of_book.iter_rows(min_row=2, values_only=True)]
        assert [[sheets.safe(cell) if cell != "" else None for cell in row] for row in sheet.rows] == rows


def test_without_data_it_says_so_and_draws_nothing(desk: Any, protocol: None, log_issue: Any) -> None:
    page = desk.get("/dashboard/").content.decode()
    assert page.count("no data") >= 4
    assert "No issue was logged yet" in page
    assert '<svg class="chart' not in page
    assert "0%" not in page
    for address in (
        "/dashboard/?wall=1",
        "/dashboard/export.csv",
        "/dashboard/export.xlsx",
        "/dashboard/?by=x&from=1&team=2",
    ):
        assert desk.get(address).status_code == 200
    log_issue()
    page = desk.get("/dashboard/?span=7d").content.decode()
    assert "sev-1-part" in page
    assert "No data: no clock was met or missed" in page


def test_a_screen_on_the_wall_loads_itself_and_has_no_way_around(desk: Any, busy: None) -> None:
    page = desk.get("/dashboard/?wall=1&span=7d").content.decode()
    assert '<meta http-equiv="refresh" content="60">' in page
    assert 'data-theme="dark"' in page
    assert "sidebar" not in page
    assert " style=" not in page


def test_managers_set_goals_and_the_cards_say_whether_they_are_met(
    signed_in: Any, busy: None, casey: User, auditor: User
) -> None:
    boss = signed_in(User.objects.create(username="morgan", role=Role.MANAGER))
    answer = boss.post("/dashboard/goals/", {"avg_response_seconds": "0.5", "resolution_rate": "95"})
    assert answer["Location"] == "/dashboard/"
    assert dict(Goal.objects.values_list("key", "value")) == {"avg_response_seconds": 1800, "resolution_rate": 0.95}
    page = boss.get("/dashboard/?span=7d").content.decode()
    assert "Goal at most 30 min: met" in page
    assert "Goal at least 95%: missed" in page
    assert 'value="0.5"' in boss.get("/dashboard/goals/").content.decode()
    wrong = boss.post("/dashboard/goals/", {"avg_response_seconds": "nan", "resolution_rate": "101"})
    assert wrong.status_code == 400
    assert b"101" in wrong.content
    boss.post("/dashboard/goals/", {"avg_response_seconds": ""})
    assert not Goal.objects.exists()
    for person in (casey, auditor):
        assert signed_in(person).get("/dashboard/").status_code == 200
        assert signed_in(person).post("/dashboard/goals/", {"resolution_rate": "1"}).status_code == 403


def test_filters_lead_to_an_address_and_a_customer_may_be_named(desk: Any, busy: None, at: Any) -> None:
    query = "customer=Acme&severity=P1&team=none&by=owner&span=7d&zone=Asia/Tokyo&first=&last="
    answer = desk.get(f"/dashboard/filters/?go=1&{query}")
    assert urlsplit(answer["Location"]).path == "/dashboard/"
    assert dict(parse_qsl(urlsplit(answer["Location"]).query)) == {
        "customer": "acme", "severity": "P1", "team": "none", "by": "owner", "span": "7d", "zone": "Asia/Tokyo",
    }  # fmt: skip
    assert "No customer is called that" in desk.get("/dashboard/filters/?go=1&customer=Nobody").content.decode()
    page = desk.get(answer["Location"]).content.decode()
    assert "No issue fits these filters" in page or "chip-name" in page


def test_numbers_in_words() -> None:
    assert [words.percent(share) for share in (0, 0.0001, 0.942, 0.9999, 1)] == ["0%", "0.1%", "94.2%", "99.9%", "100%"]
    assert words.said(None, words.SECONDS) == "no data"
    assert words.change(0.95, 0.94, words.SHARE) == "+1.0 pt"
    assert words.change(60, 240, words.SECONDS) == "−3 min"
    assert (words.change(3, 3, words.COUNT), words.change(3, None, words.COUNT)) == ("±0", "")
    assert verdict("resolution_rate", None, {"resolution_rate": 0.9}).met is None
    assert verdict("resolution_rate", 0.9, {}) is None


def test_every_number_is_defined(desk: Any, protocol: None) -> None:
    page = desk.get("/dashboard/definitions/").content.decode()
    assert all(f'id="{key}"' in page for key in FIGURES)
