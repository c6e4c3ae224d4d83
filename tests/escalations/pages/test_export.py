"""Lists as CSV at /tickets/export/."""

import csv
import io

import pytest
from django.test import Client

from escalations.views import export


def rows(client, query=""):
    answer = client.get(f"/tickets/export/?{query}")
    assert answer.status_code == 200
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def subjects(client, query=""):
    return [row[1] for row in rows(client, query)[1:]]


def test_a_row_says_what_the_list_says_and_more(desk, log_issue, casey, at):
    ticket = log_issue("P2", subject="Grüße, “alle”", tags=["eu", "login"])
    ticket.acknowledge(by=casey, at=at)
    heading, row = rows(desk)
    assert heading == [
        "Number", "Subject", "Customer", "Severity", "Status", "Owner", "Team", "Level", "Reported (UTC)",
        "Acknowledged (UTC)", "Resolved (UTC)", "Next due (UTC)", "Tags",
    ]  # fmt: skip
    assert row == [
        ticket.number, "Grüße, “alle”", "Acme", "P2", "Acknowledged", "Casey", "EMEA", "2", "2026-11-23 10:00",
        "2026-11-23 10:00", "", "2026-11-24 10:00", "eu, login",
    ]  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_taken_for_a_formula(desk, log_issue, start):
    ticket = log_issue(tags=[])
    type(ticket).objects.update(subject=f"{start}HYPERLINK(1)", tags=[f"{start}1"])
    row = rows(desk)[1]
    assert row[1] == f"'{start}HYPERLINK(1)"
    assert row[12].startswith("'")


def test_the_filters_of_the_list_hold(desk, log_issue):
    log_issue("P1", subject="Grave")
    log_issue("P4", subject="Light")
    assert subjects(desk, "severity=P4") == ["Light"]
    assert subjects(desk) == ["Light", "Grave"]


def test_the_tabs_of_the_queue_hold(desk, log_issue):
    log_issue("P4", subject="Mine, later")
    log_issue("P1", subject="Mine, soon")
    log_issue(subject="Nobody’s", owner=None)
    assert subjects(desk, "tab=mine") == ["Mine, soon", "Mine, later"]
    assert subjects(desk, "tab=unassigned") == ["Nobody’s"]


def test_the_ticked_ones_alone(desk, log_issue):
    first, _second = log_issue(subject="First"), log_issue(subject="Second")
    assert subjects(desk, f"t={first.number}&severity=P4") == ["First"]
    assert subjects(desk, "t=nonsense") == []


def test_times_are_the_readers_own_though_the_stream_runs_later(signed_in, log_issue, casey):
    casey.time_zone = "Asia/Kolkata"
    casey.save()
    log_issue()
    heading, row = rows(signed_in(casey))
    assert heading[8] == "Reported (Asia/Kolkata)"
    assert row[8] == "2026-11-23 15:30"


def test_chunks_join_without_a_gap(desk, log_issue, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(export, "CHUNK", 2)
    logged = [log_issue(subject=f"Number {n}").subject for n in range(5)]
    answer = desk.get("/tickets/export/?ordering=oldest")
    with django_assert_num_queries(4):
        text = answer.getvalue().decode()
    assert [row[1] for row in csv.reader(io.StringIO(text))][1:] == logged


def test_an_auditor_may_export_and_a_stranger_signs_in(signed_in, auditor, log_issue):
    log_issue(subject="To be read")
    assert subjects(signed_in(auditor)) == ["To be read"]
    assert Client().get("/tickets/export/")["Location"].startswith("/accounts/login/")


def test_it_is_a_file_of_today(desk, log_issue):
    answer = desk.get("/tickets/export/")
    assert answer["Content-Disposition"] == 'attachment; filename="escalations-2026-11-23.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.streaming
