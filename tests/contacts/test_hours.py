"""When somebody may be written to: quiet hours over midnight and clock changes, one mail a day."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.hours import AT_ONCE, Rhythm

pytestmark = pytest.mark.once

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC", ""]
times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
seconds = st.integers(1_700_000_000, 1_900_000_000)
instants = seconds.map(lambda second: datetime.fromtimestamp(second, UTC))


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def night(until: str = "07:00") -> Rhythm:
    return Rhythm("Europe/Berlin", None, time(22), time.fromisoformat(until))


def test_by_day_a_message_leaves_at_once() -> None:
    assert night().hold_until(berlin("2026-11-23T10:00")) == berlin("2026-11-23T10:00")


@pytest.mark.parametrize("at", ["2026-11-23T22:00", "2026-11-23T23:59", "2026-11-24T00:00", "2026-11-24T06:59:59"])
def test_quiet_hours_last_over_midnight_until_the_morning(at: str) -> None:
    assert night().hold_until(berlin(at)) == berlin("2026-11-24T07:00")


def test_quiet_hours_within_a_day_end_on_that_day() -> None:
    lunch = Rhythm("Europe/Berlin", None, time(12), time(13))
    assert lunch.hold_until(berlin("2026-11-23T12:30")) == berlin("2026-11-23T13:00")
    assert lunch.hold_until(berlin("2026-11-23T13:00")) == berlin("2026-11-23T13:00")


def test_the_wall_that_counts_is_the_readers_own() -> None:
    ten_in_berlin = berlin("2026-11-23T10:00")
    assert Rhythm("America/New_York", None, time(22), time(7)).hold_until(ten_in_berlin) == berlin("2026-11-23T13:00")


def test_what_goes_through_is_never_held() -> None:
    daily = Rhythm("Europe/Berlin", time(8), time(22), time(7))
    assert daily.hold_until(berlin("2026-11-23T23:00"), goes_through=True) == berlin("2026-11-23T23:00")


def test_once_a_day_means_the_next_time_the_clock_shows_it() -> None:
    daily = Rhythm("Europe/Berlin", time(8))
    assert daily.hold_until(berlin("2026-11-23T07:59")) == berlin("2026-11-23T08:00")
    assert daily.hold_until(berlin("2026-11-23T08:00")) == berlin("2026-11-23T08:00")
    assert daily.hold_until(berlin("2026-11-23T08:00:01")) == berlin("2026-11-24T08:00")


def test_a_daily_mail_within_the_quiet_hours_waits_for_their_end() -> None:
    assert Rhythm("Europe/Berlin", time(6), time(22), time(7)).hold_until(berlin("2026-11-23T10:00")) == berlin(
        "2026-11-24T07:00"
    )


def test_quiet_hours_that_end_in_the_hour_that_is_skipped_end_with_the_jump() -> None:
    assert night("02:30").hold_until(berlin("2027-03-27T23:00")) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_end_each_time() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert night("02:30").hold_until(datetime(2026, 10, 25, 0, 10, tzinfo=UTC)) == first
    assert night("02:30").hold_until(datetime(2026, 10, 25, 1, 10, tzinfo=UTC)) == first + timedelta(hours=1)


def test_the_hour_that_comes_twice_brings_one_daily_mail() -> None:
    daily, first = Rhythm("Europe/Berlin", time(2, 30)), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert daily.hold_until(first) == first
    assert daily.hold_until(first + timedelta(seconds=1)) == berlin("2026-10-26T02:30")


def test_the_same_time_twice_is_no_quiet_at_all() -> None:
    always = Rhythm("UTC", None, time(7), time(7))
    assert not always.is_quiet(datetime(2026, 11, 23, 7, 0, tzinfo=UTC))


def test_a_zone_that_is_gone_is_the_sites() -> None:
    assert Rhythm("Mars/Olympus", time(8)).hold_until(datetime(2026, 11, 23, 7, 0, tzinfo=UTC)).hour == 8


@settings(deadline=None)
@given(at=instants, zone=st.sampled_from(ZONES), start=times, end=times, daily=st.none() | times)
def test_a_held_message_leaves_soon_and_never_in_the_quiet_hours(at, zone, start, end, daily) -> None:
    rhythm = Rhythm(zone, daily, start, end)
    leaves = rhythm.hold_until(at)
    assert at <= leaves <= at + timedelta(hours=74 if daily else 50)
    assert not rhythm.is_quiet(leaves)
    assert rhythm.hold_until(leaves, goes_through=True) == leaves


@pytest.mark.parametrize(
    ("zone", "start", "end", "at"),
    [
        ("Europe/Berlin", "02:30", "02:00", "2027-03-27T12:00"),
        ("Europe/Berlin", "03:00", "02:45", "2026-03-28T02:01"),
        ("America/New_York", "03:00", "02:45", "2026-03-07T17:35"),
        ("Pacific/Apia", "20:00", "06:00", "2011-12-30T09:00"),
    ],
)
def test_a_night_whose_end_the_clocks_skip_lasts_until_the_next_end(zone, start, end, at) -> None:
    rhythm = Rhythm(zone, None, time.fromisoformat(start), time.fromisoformat(end))
    asked = datetime.fromisoformat(at).replace(tzinfo=UTC)
    leaves = rhythm.hold_until(asked)
    assert asked < leaves <= asked + timedelta(days=2)
    assert leaves.astimezone(ZoneInfo(zone)).time() == time.fromisoformat(end)


EVERYWHERE = sorted(available_timezones())
# Around the days on which clocks somewhere change, and Apia's missing one.
CHANGES = [datetime(y, m, d, tzinfo=UTC) for y, m, d in [(2011, 12, 29), (2026, 3, 7), (2026, 3, 27), (2026, 10, 24)]]
changes = st.builds(
    lambda day, more: day + timedelta(seconds=more), st.sampled_from(CHANGES), st.integers(0, 3 * 86400)
)


@settings(deadline=None, max_examples=300)
@given(at=instants | changes, zone=st.sampled_from(EVERYWHERE), start=times, end=times, daily=st.none() | times)
def test_in_every_zone_a_message_leaves_within_four_days(at, zone, start, end, daily) -> None:
    rhythm = Rhythm(zone, daily, start, end)
    leaves = rhythm.hold_until(at)
    assert at <= leaves <= at + timedelta(days=4)
    assert not rhythm.is_quiet(leaves)


def test_how_long_mail_may_come_on_a_day() -> None:
    assert night().open_for == timedelta(hours=15)
    assert Rhythm("", None, time(12), time(13)).open_for == timedelta(hours=23)
    assert Rhythm("", None, time(7), time(7)).open_for == AT_ONCE.open_for == timedelta(days=1)


@settings(deadline=None)
@given(at=instants, later=st.timedeltas(timedelta(), timedelta(days=2)), zone=st.sampled_from(ZONES), daily=times)
def test_what_is_written_later_never_leaves_earlier(at, later, zone, daily) -> None:
    rhythm = Rhythm(zone, daily, time(22), time(7))
    assert rhythm.hold_until(at) <= rhythm.hold_until(at + later)


@settings(deadline=None)
@given(at=instants, zone=st.sampled_from(ZONES), start=times, end=times)
def test_outside_the_quiet_hours_nothing_waits(at, zone, start, end) -> None:
    rhythm = Rhythm(zone, None, start, end)
    assert (rhythm.hold_until(at) == at) == (not rhythm.is_quiet(at))
    assert AT_ONCE.hold_until(at) is at
