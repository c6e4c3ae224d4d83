"""Scheduled reports: when they are due, that they come once, that they say what the dashboard says, and who may stop
or change them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from contacts.models import Customer, User
from escalations.delivery import deliver
from metrics.board import board
from metrics.models import ReportSchedule
from metrics.reports.schedules.make import make_reports, send_now
from metrics.reports.schedules.stop import stop_path
from metrics.reports.slots import days_before, slot_of
from metrics.scope import Scope
from templates_app.models import Notification
from tests.racing import second

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY_EIGHT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # in Berlin


@pytest.fixture
def morgan(db: None) -> User:
    return User.objects.create(username="morgan", first_name="Morgan", email="morgan@desk.example", role="manager")


@pytest.fixture
def schedule(morgan: User, casey: User) -> ReportSchedule:
    """Each Monday at eight in Berlin, to Morgan and Casey."""
    found = ReportSchedule.objects.create(
        name="The desk", rhythm="weekly", at=time(8), time_zone="Europe/Berlin", created_by=morgan,
        created_at=MONDAY_EIGHT - timedelta(days=30),
    )  # fmt: skip
    found.people.set([morgan, casey])
    return found


@pytest.fixture
def now(at: datetime) -> Iterator[datetime]:
    with time_machine.travel(at, tick=False):
        yield at


def reports() -> Any:
    return Notification.objects.filter(kind="digest", context__has_key="why").order_by("pk")


def test_slots_follow_the_wall_through_clock_changes_and_month_ends() -> None:
    def slot(rhythm: str, wall: time, zone: str, *at: int) -> str:
        found = slot_of(rhythm, wall, ZoneInfo(zone), datetime(*at, tzinfo=UTC))
        return f"{found:%m-%d %H:%M}" if found else ""

    berlin = "Europe/Berlin"
    assert slot("weekly", time(8), berlin, 2026, 11, 23, 6, 59) == ""
    assert slot("weekly", time(8), berlin, 2026, 11, 23, 7) == "11-23 07:00"
    assert slot("weekly", time(8), berlin, 2026, 11, 23, 13) == ""  # six hours late is too late
    assert slot("weekly", time(8), berlin, 2026, 7, 6, 6) == "07-06 06:00"  # summer time
    assert slot("weekly", time(23), berlin, 2026, 11, 24, 1) == "11-23 22:00"  # over midnight
    assert slot("daily", time(8), berlin, 2026, 11, 21, 8) == ""  # a Saturday
    assert slot("monthly", time(2, 30), "Australia/Lord_Howe", 2026, 10, 31, 16) == "10-31 15:30"
    assert slot("monthly", time(8), berlin, 2026, 3, 1, 8) == "03-01 07:00"
    assert slot("monthly", time(8), berlin, 2026, 3, 31, 8) == ""
    # On this Friday Egypt’s clocks jump from midnight to one: it is due at the jump.
    assert slot("daily", time(0, 30), "Africa/Cairo", 2026, 4, 24, 3) == "04-23 22:00"


def test_it_is_about_what_is_over() -> None:
    assert days_before("weekly", date(2026, 11, 23)) == (date(2026, 11, 16), date(2026, 11, 22))
    assert days_before("weekly", date(2026, 11, 26)) == (date(2026, 11, 16), date(2026, 11, 22))
    assert days_before("monthly", date(2026, 3, 1)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert days_before("monthly", date(2026, 1, 17)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert days_before("daily", date(2026, 11, 24)) == (date(2026, 11, 23), date(2026, 11, 23))
    assert days_before("daily", date(2026, 11, 23)) == (date(2026, 11, 20), date(2026, 11, 22))


def test_each_gets_it_once_and_whom_no_mail_reaches_is_left_out(
    schedule: ReportSchedule, morgan: User, casey: User, protocol: None
) -> None:
    bob = User.objects.create(username="bob", email="bob@desk.example")
    schedule.people.add(bob, User.objects.create(username="mute", email=""))
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert make_reports(MONDAY_EIGHT - timedelta(minutes=1)) == 0
    assert make_reports(MONDAY_EIGHT) == 2
    assert make_reports(MONDAY_EIGHT + timedelta(minutes=1)) == 0
    assert {row.user_id for row in reports()} == {morgan.pk, casey.pk}
    schedule.refresh_from_db()
    assert schedule.last_slot == MONDAY_EIGHT
    assert make_reports(MONDAY_EIGHT + timedelta(days=7)) == 2
    ReportSchedule.objects.update(paused=True)
    assert make_reports(MONDAY_EIGHT + timedelta(days=14)) == 0
    ReportSchedule.objects.update(paused=False, created_at=MONDAY_EIGHT + timedelta(days=21, hours=1))
    assert make_reports(MONDAY_EIGHT + timedelta(days=21, hours=2)) == 0  # nothing of before it was there


@pytest.mark.django_db(transaction=True)
def test_two_makers_at_once_write_it_once(schedule: ReportSchedule, protocol: None) -> None:
    second(lambda: make_reports(MONDAY_EIGHT), while_first=lambda: make_reports(MONDAY_EIGHT))
    assert reports().count() == 2


def test_it_says_what_the_dashboard_says_of_the_same_days(
    schedule: ReportSchedule, morgan: User, log_issue: Any, casey: User
) -> None:
    week = MONDAY_EIGHT - timedelta(days=5)
    for severity, hours in (("P1", 0), ("P1", 5), ("P3", 0)):
        ticket = log_issue(severity, at=week + timedelta(hours=hours))
        ticket.acknowledge(by=casey, at=ticket.reported_at + timedelta(minutes=10))
    User.objects.filter(pk=morgan.pk).update(time_zone="America/New_York")
    ReportSchedule.objects.update(query="severity=P1")
    make_reports(MONDAY_EIGHT)
    said = reports().get(user_id=morgan.pk).context
    path, _mark, query = said["path"].partition("?")
    assert path == "/dashboard/"
    morgan.refresh_from_db()
    scope = Scope.read(QueryDict(query), morgan, MONDAY_EIGHT)
    assert (scope.first, scope.last, scope.zone, scope.severity) == (
        date(2026, 11, 16), date(2026, 11, 22), BERLIN, "P1"
    )  # fmt: skip
    found = board(scope)
    assert found.now.opened == 2
    cards = {card["label"]: card["value"] for card in said["cards"]}
    assert cards["Active Escalations"] == str(found.active) == "2"
    assert cards["Avg Response Time"] == "10 min"
    assert said["intro"].startswith("2 issues were reported, 0 were resolved.")
    rows = said["sections"][0]["rows"]
    assert rows[0]["text"] == "Opened: 2"
    assert all("zone=Europe%2FBerlin" in each["path"] and "from=2026-11-16" in each["path"] for each in rows)
    assert rows[2]["text"] == "First responses in time: 100%"


def test_a_customers_report_and_the_way_to_stop_it_arrive_by_mail(
    schedule: ReportSchedule, acme: Customer, casey: User, log_issue: Any, client: Any, smtp: Any
) -> None:
    log_issue("P1", at=MONDAY_EIGHT - timedelta(days=3), description="secret")
    Notification.objects.all().delete()
    ReportSchedule.objects.update(customer=acme)
    schedule.people.set([casey])
    make_reports(MONDAY_EIGHT)
    deliver(MONDAY_EIGHT)
    mail = smtp.messages[-1]
    text = next(part.get_content() for part in mail.walk() if part.get_content_type() == "text/plain")
    html = next(part.get_content() for part in mail.walk() if part.get_content_type() == "text/html")
    assert mail["Subject"].startswith("SLA report for Acme: 16 Nov 2026 – 22 Nov 2026")
    assert "/customers/acme/report/?from=2026-11-16&to=2026-11-22&zone=Europe%2FBerlin" in text
    assert "because Morgan chose you for it" in text
    assert "figure=response_met" in html
    path = stop_path(casey, schedule)
    assert path in mail["List-Unsubscribe"].replace("\n", "").replace(" ", "")
    assert b"This report comes to you" in client.get(path).content
    assert schedule.people.count() == 1  # looking changes nothing
    client.post(path, {"List-Unsubscribe": "One-Click"})
    assert schedule.people.count() == 0
    assert b"This report has stopped" in client.get(path).content
    assert client.post(path.rstrip("/") + "x/").status_code == 410


def test_one_that_cannot_be_written_holds_up_nobody(schedule: ReportSchedule, protocol: None, morgan: User) -> None:
    for zone in ("Nowhere/Never", "../etc"):
        broken = ReportSchedule.objects.create(
            name="Broken", rhythm="weekly", at=time(8), time_zone=zone, created_by=morgan,
            created_at=schedule.created_at, query="%ff&severity=%00&team=nope",
        )  # fmt: skip
        broken.people.add(morgan)
    ReportSchedule.objects.filter(pk=schedule.pk).update(query="severity=nope&team=%00&owner=gone")
    assert make_reports(MONDAY_EIGHT) == 2


def test_managers_plan_reports_and_nobody_else(
    client: Any, morgan: User, casey: User, acme: Customer, protocol: None, now: datetime
) -> None:
    client.force_login(casey)
    assert {client.get(f"/reports/{path}").status_code for path in ("", "new/")} == {403}
    client.force_login(morgan)
    assert b"No report is sent yet" in client.get("/reports/").content
    typed = {
        "name": " Acme,  weekly ", "what": "sla", "rhythm": "weekly", "wall": "08:00", "time_zone": "Europe/Berlin",
        "people": [str(casey.pk)], "severity": "P1",
    }  # fmt: skip
    refused = client.post("/reports/new/", typed)
    assert refused.status_code == 400
    assert b"Choose the customer whom the report is about." in refused.content
    assert b"Acme,  weekly" in refused.content
    assert client.post("/reports/new/", typed | {"customer": "acme"}).status_code == 302
    made = ReportSchedule.objects.get()
    assert (made.name, made.customer, made.query, made.created_by) == ("Acme, weekly", acme, "", morgan)
    page = client.get(f"/reports/{made.pk}/")
    seen = page.context["form"].initial["seen"]
    ReportSchedule.objects.update(name="Somebody was here")
    typed |= {"what": "numbers", "team": "none", "customer": "acme", "seen": seen}
    overtaken = client.post(f"/reports/{made.pk}/", typed)
    assert overtaken.status_code == 409
    again = client.post(f"/reports/{made.pk}/", typed | {"seen": overtaken.context["form"].data["seen"]})
    assert again.status_code == 302
    made.refresh_from_db()
    assert (made.customer, made.query) == (None, "severity=P1&team=none&customer=acme")
    with CaptureQueriesContext(connection) as queries:
        listed = client.get("/reports/").content.decode()
    assert len(queries) <= 12
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/reports/{made.pk}/")
    assert len(queries) <= 12
    assert "Severity: P1, Team: No team, Customer: Acme" in listed
    client.post(f"/reports/{made.pk}/pause/", {"do": "pause"})
    assert b"paused" in client.get("/reports/").content
    client.post(f"/reports/{made.pk}/now/")
    assert reports().get().user_id == morgan.pk
    assert send_now(made, morgan, now)
    assert reports().count() == 1
    assert b"Delete it" in client.get(f"/reports/{made.pk}/delete/").content
    assert ReportSchedule.objects.exists()
    client.post(f"/reports/{made.pk}/delete/", {"really": "1"})
    assert not ReportSchedule.objects.exists()
    assert client.get(f"/reports/{10**30}/").status_code == 404
