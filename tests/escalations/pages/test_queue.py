"""The queue at /."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


def test_a_stranger_is_sent_to_the_sign_in(client, db):
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/"


def test_an_empty_queue_says_what_to_do_next(desk):
    html = desk.get("/").content.decode()
    assert "Nothing is waiting for you" in html
    assert "/tickets/new/" in html


def test_issues_stand_in_the_group_of_their_next_clock(desk, now, log_issue, at):
    log_issue("P1", subject="First in the row")
    now.minutes(40)
    log_issue("P1", subject="Second in the row", at=at + timedelta(minutes=40))
    groups = {group.key: [row.ticket.subject for row in group.rows] for group in desk.get("/").context["groups"]}
    assert groups == {"late": ["First in the row"], "hour": ["Second in the row"]}


def test_the_clock_is_right_without_a_script(desk, now, log_issue):
    log_issue("P1")
    now.minutes(5)
    assert ">10:00</time>" in desk.get("/").content.decode()


def test_an_overdue_clock_counts_below_zero_with_a_true_minus(desk, now, log_issue):
    log_issue("P1")
    now.minutes(20)
    assert ">\N{MINUS SIGN}5:00</time>" in desk.get("/").content.decode()


@pytest.mark.parametrize(
    ("tab", "seen"), [("mine", "Mine here"), ("unassigned", "Nobody’s"), ("waiting", "Waits for them")]
)
def test_each_tab_shows_its_own(desk, log_issue, casey, at, tab, seen):
    log_issue(subject="Mine here")
    log_issue(subject="Nobody’s", owner=None)
    log_issue(subject="Waits for them").wait(reason="Logs, please", by=casey, at=at)
    html = desk.get(f"/?tab={tab}").content.decode()
    assert seen in html
    assert ("Nobody’s" in html) == (tab == "unassigned")


@pytest.mark.parametrize("q", ["ESC-", "sign in", "acme", "Nobody"])
def test_the_filter_finds_by_number_subject_and_customer(desk, log_issue, q):
    ticket = log_issue()
    q = ticket.number if q == "ESC-" else q
    assert ticket.number in desk.get("/", {"q": q}).content.decode()


def test_a_filter_without_a_hit_says_so(desk, log_issue):
    log_issue()
    assert "Nothing matches" in desk.get("/", {"q": "zebra"}).content.decode()


def test_news_are_204_while_nothing_changed(desk, log_issue, casey, now):
    ticket = log_issue()
    first = desk.get("/")
    version = first.context["version"]
    again = desk.get("/", {"v": version}, headers={"Fragment": "1"})
    assert again.status_code == 204
    ticket.acknowledge(by=casey, at=ticket.reported_at)
    changed = desk.get("/", {"v": version}, headers={"Fragment": "1"})
    assert changed.status_code == 200
    assert b"<html" not in changed.content
    assert b'id="live"' in changed.content


def test_a_shadowed_markup_in_a_subject_stays_text(desk, log_issue):
    log_issue(subject="<script>alert(1)</script>")
    html = desk.get("/").content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_pages_carry_no_style_attribute_and_no_inline_script(desk, log_issue):
    ticket = log_issue(description="x")
    for path in ("/", "/tickets/", "/tickets/new/", ticket.get_absolute_url(), "/escalated/", "/outbox/"):
        html = desk.get(path).content.decode()
        assert " style=" not in html, path
        assert "<script>" not in html, path
        assert " onclick=" not in html, path


def count_queries(client: Any, path: str) -> int:
    assert connection.features.supports_json_field  # asked of SQLite once a process, and not by the page
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("path", ["/", "/?tab=team", "/tickets/", "/tickets/?status=open&breached=on", "/escalated/"])
def test_the_number_of_queries_does_not_grow_with_the_tickets(desk, log_issue, now, path):
    log_issue()
    before = count_queries(desk, path)
    for _ in range(12):
        log_issue()
    assert count_queries(desk, path) <= before
    assert before < 25


def test_a_stale_engine_is_said_on_every_page(desk, now):
    assert "The engine last ran" not in desk.get("/").content.decode()
    now.minutes(0.75)
    amber = desk.get("/").content.decode()
    assert "The engine last ran 45 s ago" in amber
    assert "banner late" not in amber
    now.minutes(2)
    assert "banner late" in desk.get("/").content.decode()


def test_the_look_is_kept_in_a_cookie(desk):
    desk.post("/theme/", {"theme": "dark", "next": "/tickets/"})
    assert '<html lang="en" data-theme="dark">' in desk.get("/").content.decode()
    desk.post("/theme/", {"theme": ""})
    assert "data-theme" not in desk.get("/").content.decode()


def test_the_look_leads_back_only_to_our_own_pages(desk):
    assert desk.post("/theme/", {"theme": "dark", "next": "https://evil.example/"})["Location"] == "/"


def test_managers_open_on_their_teams_issues(signed_in, log_issue, team, casey):
    casey.role = "manager"
    casey.save()
    log_issue(subject="Somebody else’s", owner=None, team=team)
    assert "Somebody else’s" in signed_in(casey).get("/").content.decode()


def test_counts_stop_at_a_thousand(desk, log_issue, monkeypatch):
    monkeypatch.setattr("escalations.views.counts.MANY", 3)
    for _ in range(5):
        log_issue()
    assert desk.get("/").context["tabs"][0][2] == 3


def test_the_queue_takes_the_filters_of_the_list_within_its_tab(desk, log_issue, bob):
    log_issue("P1", subject="Mine and grave")
    log_issue("P4", subject="Mine and light")
    log_issue("P1", subject="His and grave", owner=bob)
    shown = [row.ticket.subject for group in desk.get("/?tab=mine&severity=P1").context["groups"] for row in group.rows]
    assert shown == ["Mine and grave"]


def test_a_filter_without_a_hit_in_the_queue_leads_on(desk, log_issue):
    log_issue("P1")
    html = desk.get("/?severity=P4").content.decode()
    assert "No open issue here fits all of the filters above." in html


def test_late_ones_are_counted_in_the_title(desk, now, log_issue):
    log_issue("P1")
    assert "<title>My queue" in desk.get("/").content.decode()
    now.minutes(20)
    html = desk.get("/").content.decode()
    assert "<title>(1) My queue" in html
    assert 'data-title="(1) My queue' in html


def alarms(client):
    return [alarm.title for alarm in client.get("/?tab=unassigned").context["alarms"]]


def test_the_desktop_hears_of_my_own_clocks_whatever_tab_is_open(signed_in, casey, bob, now, log_issue):
    ticket = log_issue("P1")
    log_issue("P1", owner=bob)
    casey.desktop_alerts = True
    casey.save()
    client = signed_in(casey)
    assert alarms(client) == []
    now.minutes(12)
    assert alarms(client) == [f"{ticket.number}: First response at risk"]
    now.minutes(16)
    assert alarms(client) == [f"{ticket.number}: First response overdue"]


def test_a_new_alarm_is_news_to_any_tab(signed_in, casey, now, log_issue):
    log_issue("P1")
    casey.desktop_alerts = True
    casey.save()
    client = signed_in(casey)
    version = client.get("/?tab=unassigned").context["version"]
    now.minutes(12)
    assert client.get(f"/?tab=unassigned&v={version}", headers={"Fragment": "1"}).status_code == 200


def test_whoever_wants_no_notifications_gets_none(desk, now, log_issue):
    log_issue("P1")
    now.minutes(16)
    assert alarms(desk) == []


def test_notifications_are_switched_by_and_for_oneself(signed_in, auditor, bob):
    client = signed_in(auditor)
    assert client.post("/alerts/", {"on": "1", "list": "tab=team&next=//evil.example"})["Location"] == "/?tab=team"
    auditor.refresh_from_db()
    bob.refresh_from_db()
    assert (auditor.desktop_alerts, bob.desktop_alerts) == (True, False)
    client.post("/alerts/", {"list": "tab=team"})
    auditor.refresh_from_db()
    assert not auditor.desktop_alerts


def test_a_stranger_switches_nothing(client, db):
    assert client.post("/alerts/", {"on": "1"})["Location"].startswith("/accounts/login/")
