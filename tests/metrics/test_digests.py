"""Overviews by mail: once for each time that is due, in the person's own zone, until they stop it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.urls import reverse

from contacts.models import User
from contacts.preferences.stop import stop_path
from escalations.delivery import deliver
from escalations.models import Ticket
from metrics.board import board
from metrics.digests.make import make_digests
from metrics.digests.times import daily_slot, weekly_slot
from metrics.scope import Scope
from templates_app.models import Notification

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
EIGHT = time(8)


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        (datetime(2026, 11, 23, 6, 59, tzinfo=UTC), None),  # Sunday's eight o'clock does not count
        (datetime(2026, 11, 23, 7, 0, tzinfo=UTC), datetime(2026, 11, 23, 8, 0, tzinfo=BERLIN)),
        (datetime(2026, 11, 23, 12, 59, tzinfo=UTC), datetime(2026, 11, 23, 8, 0, tzinfo=BERLIN)),
        (datetime(2026, 11, 23, 13, 0, tzinfo=UTC), None),  # an overview of the morning is none in the afternoon
        (datetime(2026, 11, 21, 8, 0, tzinfo=UTC), None),  # a Saturday
        (datetime(2026, 7, 1, 6, 0, tzinfo=UTC), datetime(2026, 7, 1, 8, 0, tzinfo=BERLIN)),  # summer time
    ],
)
def test_a_daily_one_is_due_at_eight_where_the_person_is(at: datetime, slot: datetime | None) -> None:
    assert daily_slot(EIGHT, BERLIN, at) == slot


def test_a_weekly_one_is_due_on_mondays() -> None:
    due = [day for n in range(7) if weekly_slot(EIGHT, BERLIN, (day := MONDAY + timedelta(days=n)))]
    assert due == [MONDAY]


@pytest.fixture
def desk(log_issue: Any) -> datetime:
    """Casey owns three issues, one of them overdue; Morgan manages, Vera is told of what is grave."""
    User.objects.create(username="morgan", email="morgan@desk.example", role="manager")
    User.objects.create(username="vera", email="vera@desk.example", role="executive")
    for severity, hours in (("P3", 1), ("P1", 3), ("P4", 2)):
        log_issue(severity, at=MONDAY - timedelta(hours=hours))
    Notification.objects.all().delete()
    return MONDAY


def digest_of(username: str) -> Notification:
    return Notification.objects.get(kind="digest", user_id=User.objects.get(username=username).pk)


def test_everybody_gets_the_one_of_their_role_once(desk: datetime) -> None:
    assert make_digests(desk) == 3
    assert make_digests(desk + timedelta(minutes=1)) == 0
    assert digest_of("casey").context["path"] == "/?tab=mine"
    assert digest_of("morgan").context["path"] == "/?tab=team"
    labels = [card["label"] for card in digest_of("vera").context["cards"]]
    assert labels == [
        "Active Escalations", "Avg Response Time", "Avg Resolution Time",
        "Resolution Rate", "Critical Issues MTD", "Customer Retention",
    ]  # fmt: skip


def test_casey_reads_what_is_open_and_hers_the_next_first(desk: datetime) -> None:
    make_digests(desk)
    said = digest_of("casey").context
    hers = Ticket.objects.open_ones().filter(owner__username="casey")
    assert said["title"] == "3 open issues are yours, 1 overdue"
    rows = said["sections"][0]["rows"]
    assert [row["path"] for row in rows] == [ticket.get_absolute_url() for ticket in hers.order_by("next_due_at")]
    assert [row["late"] for row in rows] == [True, False, False]


@pytest.mark.django_db
def test_nothing_of_mine_is_no_mail_but_a_quiet_week_is_one() -> None:
    User.objects.create(username="a", email="a@desk.example", role="csm")
    User.objects.create(username="b", email="b@desk.example", role="executive")
    assert make_digests(MONDAY) == 1
    weekly = Notification.objects.get(kind="digest")
    assert weekly.to_address == "b@desk.example"
    assert weekly.context["intro"] == "No open issue is critical, and none has reached level 3."


def test_the_weekly_one_is_about_the_week_that_is_over_and_leads_to_what_it_counts(log_issue: Any) -> None:
    vera = User.objects.create(username="vera", email="v@desk.example", role="executive", time_zone="Europe/Berlin")
    for days in (1, 7, 8):  # yesterday, last Monday, the Sunday before
        ticket = log_issue("P2", at=MONDAY - timedelta(days=days))
        ticket.acknowledge(by=ticket.owner, at=ticket.reported_at + timedelta(minutes=10 * days))
    log_issue("P2", at=MONDAY - timedelta(hours=1))  # this morning
    make_digests(MONDAY)
    said = digest_of("vera").context
    assert said["title"] == "Escalations in the week of 16 Nov to 22 Nov 2026"
    cards = {card["label"]: card for card in said["cards"]}
    assert cards["Avg Response Time"]["value"] == "40 min"  # of 10 and 70
    assert cards["Avg Response Time"]["note"] == "1h 20m the week before"
    path = cards["Avg Response Time"]["path"]
    assert path == "/dashboard/issues/?figure=avg_response_seconds&from=2026-11-16&to=2026-11-22"
    assert said["path"] == "/dashboard/?from=2026-11-16&to=2026-11-22"
    scope = Scope.read(QueryDict("from=2026-11-16&to=2026-11-22"), vera, MONDAY)
    assert board(scope).kpis.avg_response_seconds == 2400


def test_the_weekly_one_arrives_with_its_picture_and_a_way_to_stop_it(desk: datetime, smtp: Any) -> None:
    User.objects.exclude(username="vera").update(daily_digest=False)
    make_digests(desk)
    deliver(desk)
    vera = User.objects.get(username="vera")
    mail = next(mail for mail in smtp.messages if vera.email in mail["To"])
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert parts["image/png"].get_content().startswith(b"\x89PNG")
    assert parts["image/png"]["Content-ID"] == "<numbers>"
    html, text = parts["text/html"].get_content(), parts["text/plain"].get_content()
    assert 'src="cid:numbers"' in html
    assert "Critical Issues MTD: " in text
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop_path(vera, "weekly") in mail["List-Unsubscribe"].replace("\n", "").replace(" ", "")


def test_a_link_shows_and_a_press_stops_it_and_begins_it_again(client: Any, desk: datetime) -> None:
    vera = User.objects.get(username="vera")
    path = stop_path(vera, "weekly")
    assert b"The weekly overview comes" in client.get(path).content
    client.get(path)
    vera.refresh_from_db()
    assert vera.weekly_digest
    client.post(path, {"List-Unsubscribe": "One-Click"})  # as a mail program does, without a cookie
    vera.refresh_from_db()
    assert not vera.weekly_digest
    assert make_digests(desk)
    assert not Notification.objects.filter(kind="digest", user_id=vera.pk).exists()
    assert b"The weekly overview comes" in client.post(path, {"do": "again"}).content


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "WzEsIndlZWtseSJd:1a2b3c:forged"])
def test_a_link_that_is_none_explains_itself(client: Any, token: str) -> None:
    answer = client.post(reverse("stop", args=[token]))
    assert answer.status_code == 410
    assert b"This link does not work" in answer.content


def test_a_digest_that_cannot_be_written_holds_up_nobody(desk: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("metrics.digests.make", fromlist=["x"]).WRITERS, "morning", lambda user, at: 1 / 0)
    assert make_digests(desk) == 2
    assert not Notification.objects.filter(kind="digest", idem__contains=".morning.").exists()


def test_quiet_hours_hold_it_back_and_the_settings_end_it(client: Any, desk: datetime) -> None:
    vera = User.objects.get(username="vera")
    User.objects.filter(pk=vera.pk).update(quiet_from=time(9), quiet_until=time(11))
    make_digests(desk)
    assert digest_of("vera").next_try_at == desk + timedelta(hours=1)
    client.force_login(vera)
    page = client.get("/settings/").content.decode()
    assert 'name="weekly_digest"' in page
    assert 'name="daily_digest"' not in page
    client.post("/settings/", {"mail_rhythm": "at_once"})
    vera.refresh_from_db()
    assert (vera.weekly_digest, vera.daily_digest) == (False, True)
