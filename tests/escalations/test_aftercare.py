"""After the fix: check-ins are planned, done, cancelled; red is a relapse."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contacts.models import Customer, HealthRecord, User
from escalations.care_times import action_reminder, check_in_days, check_in_due, check_in_reminder
from escalations.errors import Invalid, NotAllowed
from escalations.models import Severity, Ticket
from escalations.models.relation import LinkKind
from escalations.worktime import ALWAYS, WorkCalendar

FIX = {"root_cause": "A full disk", "solution": "Cleared it", "prevention": "An alarm"}
BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
OFFICE = WorkCalendar.from_dict(
    {
        "tz": "Europe/Berlin",
        "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": ["2026-12-25"],
    }
)


@pytest.mark.parametrize(
    ("days", "planned"), [(30, [1, 7, 14, 30]), (14, [1, 7, 14]), (7, [1, 7]), (0, []), (1, [1]), (3, [1, 3])]
)
def test_the_milestones_end_with_the_last_day(days: int, planned: list[int]) -> None:
    assert check_in_days(days) == planned


@pytest.mark.parametrize(
    ("resolved", "day", "zone", "due"),
    [
        ("2026-11-23T10:00+00:00", 1, BERLIN, "2026-11-24T10:00+01:00"),
        ("2026-11-23T23:30+00:00", 1, BERLIN, "2026-11-25T10:00+01:00"),  # it is the 24th there already
        ("2026-10-24T10:00+00:00", 1, BERLIN, "2026-10-25T10:00+01:00"),  # summer time ends that night
        ("2026-11-23T10:00+00:00", 1, KOLKATA, "2026-11-24T10:00+05:30"),
    ],
)
def test_a_check_in_is_due_at_ten_where_its_owner_is(resolved: str, day: int, zone: ZoneInfo, due: str) -> None:
    assert check_in_due(datetime.fromisoformat(resolved), day, zone, ALWAYS) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("resolved", "due"),
    [
        ("2026-11-26T10:00+00:00", "2026-11-27T10:00+01:00"),  # Friday
        ("2026-11-27T10:00+00:00", "2026-11-30T10:00+01:00"),  # Saturday becomes Monday
        ("2026-12-24T10:00+00:00", "2026-12-28T10:00+01:00"),  # Christmas on a Friday
    ],
)
def test_with_working_hours_it_waits_for_a_working_day(resolved: str, due: str) -> None:
    assert check_in_due(datetime.fromisoformat(resolved), 1, BERLIN, OFFICE) == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("after", "next_one"),
    [
        ("2026-11-20T12:00+01:00", "2026-11-25T09:00+01:00"),  # the day before
        ("2026-11-25T09:00+01:00", "2026-11-26T09:00+01:00"),  # the day itself, a Thursday
        ("2026-11-26T09:00+01:00", "2026-11-27T09:00+01:00"),
        ("2026-11-27T09:00+01:00", "2026-11-30T09:00+01:00"),  # not at the weekend
        ("2026-12-09T08:59+01:00", "2026-12-09T09:00+01:00"),  # after an outage: the next, not all of them
    ],
)
def test_an_action_is_spoken_of_the_day_before_on_the_day_and_then_on_weekdays(after: str, next_one: str) -> None:
    found = action_reminder(date(2026, 11, 26), BERLIN, datetime.fromisoformat(after))
    assert found == datetime.fromisoformat(next_one)


def test_a_weekend_does_not_silence_the_day_itself() -> None:
    sunday = date(2026, 11, 29)
    at = datetime(2026, 11, 28, 7, tzinfo=UTC)
    assert action_reminder(sunday, BERLIN, at) == datetime(2026, 11, 28, 9, tzinfo=BERLIN)
    assert action_reminder(sunday, BERLIN, at + timedelta(hours=2)) == datetime(2026, 11, 29, 9, tzinfo=BERLIN)


def test_a_check_in_is_spoken_of_every_day_until_it_is_done() -> None:
    due = datetime(2026, 11, 28, 10, tzinfo=BERLIN)
    assert check_in_reminder(due, BERLIN, due - timedelta(days=3)) == due
    assert check_in_reminder(due, BERLIN, due) == due + timedelta(days=1)
    assert check_in_reminder(due, BERLIN, due + timedelta(days=9, hours=1)) == due + timedelta(days=10)


# --- the verbs -------------------------------------------------------------------------------------------------------
@pytest.fixture
def solved(log_issue: Any, casey: User, at: datetime) -> Ticket:
    ticket: Ticket = log_issue()
    ticket.resolve(**FIX, by=casey, at=at)
    return ticket


@pytest.mark.parametrize(("severity", "days"), [("P1", [1, 7, 14, 30]), ("P2", [1, 7, 14]), ("P3", [1, 7]), ("P4", [])])
def test_resolving_plans_what_the_severity_asks(
    log_issue: Any, casey: User, at: datetime, severity: str, days: list[int]
) -> None:
    ticket = log_issue(severity)
    ticket.resolve(**FIX, by=casey, at=at)
    assert list(ticket.check_ins.values_list("day", flat=True)) == days
    assert all(c.remind_at == c.due_at > at for c in ticket.check_ins.all())


def test_the_owners_own_time_counts(log_issue: Any, casey: User, at: datetime) -> None:
    casey.time_zone = "Asia/Kolkata"
    casey.save()
    ticket = log_issue()
    ticket.resolve(**FIX, by=casey, at=at)
    assert ticket.check_ins.first().due_at == datetime(2026, 11, 24, 10, tzinfo=KOLKATA)


def test_opening_again_cancels_what_is_left_and_resolving_plans_anew(solved: Ticket, casey: User, at: datetime) -> None:
    solved.check_in(check_in=solved.check_ins.first(), health="green", by=casey, at=at + timedelta(days=1))
    solved.reopen(reason="Again", by=casey, at=at + timedelta(days=2))
    assert solved.check_ins.filter(cancelled_at=None).count() == 1
    assert not solved.check_ins.filter(remind_at__isnull=False).exists()
    solved.resolve(**FIX, by=casey, at=at + timedelta(days=3))
    assert solved.check_ins.filter(remind_at__isnull=False).count() == 4


def test_a_check_in_becomes_the_customers_health(solved: Ticket, casey: User, acme: Customer, at: datetime) -> None:
    check_in = solved.check_ins.first()
    solved.check_in(check_in=check_in, health="yellow", note="Slow again", by=casey, at=at + timedelta(days=1))
    acme.refresh_from_db()
    check_in.refresh_from_db()
    record = HealthRecord.objects.get(customer=acme)
    assert (acme.health, record.note, record.about) == ("yellow", "Slow again", solved.number)
    assert (check_in.done_by, check_in.health, check_in.remind_at) == (casey, "yellow", None)
    assert solved.events.get(kind="check_in").data == {"day": 1, "health": "yellow"}


@pytest.mark.parametrize("health", ["yellow", "red"])
def test_bad_news_wants_a_note(solved: Ticket, casey: User, at: datetime, health: str) -> None:
    with pytest.raises(Invalid) as refused:
        solved.check_in(check_in=solved.check_ins.first(), health=health, note=" ", by=casey, at=at)
    assert set(refused.value.fields) == {"note"}


def test_a_colour_that_there_is_not_is_refused(solved: Ticket, casey: User, at: datetime) -> None:
    with pytest.raises(Invalid):
        solved.check_in(check_in=solved.check_ins.first(), health="blue", note="?", by=casey, at=at)


def test_red_logs_the_issue_anew_and_ends_the_watch(solved: Ticket, casey: User, acme: Customer, at: datetime) -> None:
    relapse = solved.check_in(
        check_in=solved.check_ins.first(), health="red", note="Down again", by=casey, at=at + timedelta(days=1)
    )
    assert relapse.subject == "Relapse: Nobody can sign in"
    assert (relapse.customer, relapse.severity_id, relapse.owner) == (acme, "P1", casey)
    link = relapse.links.get()
    assert (link.other, link.kind) == (solved, LinkKind.RELAPSE)
    assert relapse.clocks.filter(stopped_at=None).count() == 3
    assert solved.check_ins.filter(cancelled_at__isnull=False).count() == 3
    assert solved.events.get(kind="check_in").data["relapse"] == relapse.number
    assert relapse.events.get(kind="check_in").data["relapse_of"] == solved.number


def test_whoever_got_copies_gets_them_of_the_relapse_too(solved: Ticket, casey: User, at: datetime) -> None:
    solved.edit(cc=["boss@acme.example"], by=casey, at=at)
    relapse = solved.check_in(check_in=solved.check_ins.first(), health="red", note="Down", by=casey, at=at)
    assert Ticket.objects.get(pk=relapse.pk).cc == ["boss@acme.example"]


def test_a_relapse_of_a_relapse_keeps_its_name_short(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue(subject="Relapse: " + "x" * 190)
    ticket.resolve(**FIX, by=casey, at=at)
    relapse = ticket.check_in(check_in=ticket.check_ins.first(), health="red", note="Again", by=casey, at=at)
    assert relapse.subject == ticket.subject


def test_an_owner_who_left_does_not_stop_a_relapse(solved: Ticket, casey: User, bob: User, at: datetime) -> None:
    User.objects.filter(pk=casey.pk).update(is_active=False)
    relapse = solved.check_in(check_in=solved.check_ins.first(), health="red", note="Down", by=bob, at=at)
    assert relapse.owner == bob


def test_nobody_checks_in_twice_or_on_what_is_cancelled(solved: Ticket, casey: User, bob: User, at: datetime) -> None:
    first, second = solved.check_ins.all()[:2]
    solved.check_in(check_in=first, health="green", by=casey, at=at)
    with pytest.raises(NotAllowed, match="Casey has done"):
        solved.check_in(check_in=first, health="red", note="No", by=bob, at=at)
    solved.reopen(reason="Again", by=casey, at=at)
    with pytest.raises(NotAllowed):
        solved.check_in(check_in=second, health="green", by=casey, at=at)


def test_one_issues_check_in_is_not_anothers(solved: Ticket, log_issue: Any, casey: User, at: datetime) -> None:
    other = log_issue("P2")
    other.resolve(**FIX, by=casey, at=at)
    with pytest.raises(NotAllowed):
        solved.check_in(check_in=other.check_ins.first(), health="green", by=casey, at=at)


def test_the_severity_decides_for_how_long(log_issue: Any, casey: User, at: datetime) -> None:
    Severity.objects.filter(pk="P4").update(aftercare_days=3)
    ticket = log_issue("P4")
    ticket.resolve(**FIX, by=casey, at=at)
    assert list(ticket.check_ins.values_list("day", flat=True)) == [1, 3]
