"""Working time against a table of readable cases, and against a minute-by-minute walk (worktime_oracle).

WORKTIME_EXAMPLES=20000 makes the walk long; it is then seeded afresh each time.
"""

import copy
import os
import pickle
import time as clock
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalations.worktime import (
    ALWAYS,
    CalendarError,
    MomentError,
    NeverOpenError,
    SpanError,
    WorkCalendar,
    WorktimeError,
)
from tests.escalations.worktime_oracle import NAMES, Oracle, changes_of_the_clocks

WORKING_WEEK = {day: [["09:00", "17:00"]] for day in NAMES[:5]}
BERLIN = {"tz": "Europe/Berlin", "hours": WORKING_WEEK, "holidays": []}
EASTER: dict[str, Any] = {
    **BERLIN,
    "holidays": ["2026-04-03", "2026-04-06"],
    "overrides": {"2026-04-02": [["09:00", "12:00"]]},
}
NIGHTS = {"tz": "Europe/Berlin", "hours": {day: [["22:00", "06:00"]] for day in NAMES}, "holidays": []}


def calendar(data=BERLIN, **changes):
    return WorkCalendar.from_dict({**data, **changes})


def berlin(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


def at(text, tz="UTC", fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz), fold=fold).astimezone(UTC)


def hours(number):
    return timedelta(hours=number)


# A table of readable cases


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2026-11-20 16:50", hours(4), "2026-11-23 12:50"),  # over the weekend
        ("2026-11-23 09:00", hours(4), "2026-11-23 13:00"),
        ("2026-11-23 09:00", hours(8), "2026-11-23 17:00"),  # closing time, not the next opening
        ("2026-11-20 16:00", hours(1), "2026-11-20 17:00"),
        ("2026-11-20 17:00", hours(8), "2026-11-23 17:00"),  # from closing time to closing time
        ("2026-11-20 17:00", timedelta(microseconds=1), "2026-11-23 09:00:00.000001"),
        ("2026-11-21 12:00", hours(1), "2026-11-23 10:00"),  # reported on a Saturday
        ("2026-11-23 05:00", hours(1), "2026-11-23 10:00"),  # reported before opening
        ("2026-11-21 12:00", timedelta(0), "2026-11-21 12:00"),  # nothing asked, nothing moved
        ("2026-03-27 16:00", hours(2), "2026-03-30 10:00"),  # summer time begins on the Sunday
        ("2026-11-20 16:59:59.999999", timedelta(seconds=1), "2026-11-23 09:00:00.999999"),
    ],
)
def test_working_hours_run_out_at(start, duration, due):
    assert calendar().add(berlin(start), duration) == berlin(due)
    assert calendar().between(berlin(start), berlin(due)) == duration


def test_results_are_in_utc():
    due = calendar().add(berlin("2026-11-20 16:50"), hours(4))
    assert due.tzinfo is UTC
    assert due.isoformat() == "2026-11-23T11:50:00+00:00"
    assert calendar().add(berlin("2026-11-20 16:50"), timedelta(0)).tzinfo is UTC
    assert calendar().add_business_days(berlin("2026-11-20 16:50"), 0).tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2026-11-20 16:50", 5, "2026-11-27 16:50"),
        ("2026-03-31 15:30", 5, "2026-04-09 15:30"),  # a half-day, Good Friday and Easter Monday between
        ("2026-04-01 15:30", 1, "2026-04-02 15:30"),  # a half-day is a working date, also after its closing
        ("2026-11-21 08:00", 1, "2026-11-23 08:00"),  # from a Saturday
        ("2026-11-23 03:00", 1, "2026-11-24 03:00"),  # the wall time counts, open or not
        ("2026-11-21 08:00", 0, "2026-11-21 08:00"),
        ("2026-03-27 10:00", 1, "2026-03-30 10:00"),  # same wall time over a change of the clocks
    ],
)
def test_business_days_end_at_the_same_wall_time(start, n, due):
    assert calendar(EASTER).add_business_days(berlin(start), n) == berlin(due)


def test_a_missing_wall_time_moves_to_the_instant_of_change():
    everyday = calendar(hours=None)
    assert everyday.add_business_days(berlin("2026-03-28 02:30:00.25"), 1) == at("2026-03-29 01:00")


def test_of_a_wall_time_that_occurs_twice_the_first_counts():
    everyday = calendar(hours=None)
    assert everyday.add_business_days(berlin("2026-10-24 02:30"), 1) == at("2026-10-25 00:30")


def test_five_business_days_over_easter_are_less_working_time_than_five_days():
    start = berlin("2026-03-31 15:30")
    due = calendar(EASTER).add_business_days(start, 5)
    assert calendar(EASTER).between(start, due) == timedelta(hours=1.5 + 8 + 3 + 8 + 8 + 6.5)


def test_opening_is_inclusive_and_closing_exclusive():
    moments = ["08:59:59.999999", "09:00", "16:59:59.999999", "17:00"]
    assert [calendar().is_open(berlin(f"2026-11-23 {moment}")) for moment in moments] == [False, True, True, False]


def test_next_opening_is_now_when_open_and_monday_morning_otherwise():
    assert calendar().next_opening(berlin("2026-11-20 16:59")) == berlin("2026-11-20 16:59")
    assert calendar().next_opening(berlin("2026-11-20 17:00")) == berlin("2026-11-23 09:00")


def test_a_lunch_break_does_not_count():
    split = calendar(hours={"mon": [["13:00", "17:00"], ["09:00", "12:00"]]})
    assert split.add(berlin("2026-11-23 11:00"), hours(2)) == berlin("2026-11-23 14:00")
    assert split.add(berlin("2026-11-23 11:00"), hours(1)) == berlin("2026-11-23 12:00")


def test_a_night_shift_belongs_to_the_date_it_begins_on():
    night = calendar(NIGHTS, holidays=["2026-11-24"])
    assert night.is_open(berlin("2026-11-24 05:00"))  # began on the 23rd
    assert not night.is_open(berlin("2026-11-24 23:00"))
    assert not night.is_open(berlin("2026-11-25 05:00"))
    assert night.closing(date(2026, 11, 23)) == berlin("2026-11-24 06:00")


@pytest.mark.parametrize("end", ["24:00", "00:00"])
def test_a_shift_to_midnight_joins_the_next_dates(end):
    late = calendar(hours={"mon": [["18:00", end]], "tue": [["00:00", "02:00"]]})
    assert list(late.open_intervals(berlin("2026-11-23 20:00"), berlin("2026-11-27 00:00"))) == [
        (berlin("2026-11-23 20:00"), berlin("2026-11-24 02:00"))
    ]


def test_an_override_beats_a_holiday_and_an_empty_one_closes():
    special = calendar(holidays=["2026-11-23"], overrides={"2026-11-23": [["10:00", "11:00"]], "2026-11-24": []})
    assert special.add(berlin("2026-11-20 17:00"), hours(2)) == berlin("2026-11-25 10:00")


def test_an_override_may_run_into_the_next_date_and_counts_once():
    special = calendar(hours=None, overrides={"2026-11-23": [["22:00", "06:00"]]})
    assert special.between(berlin("2026-11-23 00:00"), berlin("2026-11-25 00:00")) == hours(26)


def test_a_round_the_clock_calendar_still_keeps_its_holidays():
    assert calendar(hours=None, holidays=["2026-12-25"]).add(berlin("2026-12-24 23:00"), hours(2)) == berlin(
        "2026-12-26 01:00"
    )


def test_always_is_plain_time():
    start = datetime(2026, 11, 23, 12, tzinfo=timezone(hours(5)))
    assert ALWAYS.add(start, hours(30)) == start + hours(30)
    assert ALWAYS.between(start, start + hours(30)) == hours(30)
    assert ALWAYS.add_business_days(start, 3) == start + timedelta(days=3)
    assert ALWAYS.is_open(start)
    assert ALWAYS.next_opening(start) == start
    assert list(ALWAYS.open_intervals(start, start + hours(1))) == [(start, start + hours(1))]
    assert list(ALWAYS.open_intervals(start, start)) == []


def test_open_intervals_are_unbroken_over_the_years_and_clipped():
    year = list(calendar(NIGHTS).open_intervals(berlin("2026-01-01 00:00"), berlin("2027-01-01 00:00")))
    assert len(year) == 366
    assert year[0] == (berlin("2026-01-01 00:00"), berlin("2026-01-01 06:00"))
    assert year[-1] == (berlin("2026-12-31 22:00"), berlin("2027-01-01 00:00"))


# Clocks that change


@pytest.mark.parametrize(
    ("tz", "shift", "day", "length"),
    [
        ("Europe/Berlin", ["00:00", "24:00"], "2026-03-29", 23),
        ("Europe/Berlin", ["00:00", "24:00"], "2026-10-25", 25),
        ("Europe/Berlin", ["22:00", "06:00"], "2026-03-28", 7),
        ("Europe/Berlin", ["01:30", "02:30"], "2026-03-29", 0.5),  # closing is skipped
        ("Europe/Berlin", ["02:30", "03:30"], "2026-03-29", 0.5),  # opening is skipped
        ("Europe/Berlin", ["02:00", "03:00"], "2026-03-29", 0),  # all of it is skipped
        ("Europe/Berlin", ["01:00", "02:30"], "2026-10-25", 2.5),  # closing occurs twice
        ("Europe/Berlin", ["02:30", "04:00"], "2026-10-25", 2.5),  # opening occurs twice
        ("Europe/Berlin", ["01:00", "02:00"], "2026-10-25", 1),
        ("Europe/Berlin", ["02:00", "03:00"], "2026-10-25", 2),
        ("Europe/Berlin", ["03:00", "04:00"], "2026-10-25", 1),
        ("Australia/Lord_Howe", ["00:00", "24:00"], "2026-10-04", 23.5),
        ("Australia/Lord_Howe", ["00:00", "24:00"], "2026-04-05", 24.5),
        ("Antarctica/Troll", ["00:00", "24:00"], "2026-03-29", 22),
        ("Antarctica/Troll", ["00:00", "24:00"], "2026-10-25", 26),
        ("America/Havana", ["00:00", "24:00"], "2026-03-08", 23),  # midnight is skipped
        ("America/Havana", ["00:00", "24:00"], "2026-11-01", 25),  # midnight occurs twice
        ("America/Havana", ["22:00", "24:00"], "2026-10-31", 2),
        ("America/Sao_Paulo", ["00:00", "24:00"], "2018-02-17", 25),  # 24:00 goes back to 23:00
        ("America/Sao_Paulo", ["20:00", "24:00"], "2018-02-17", 5),
        ("America/Sao_Paulo", ["00:00", "08:00"], "2018-02-18", 8),
        ("America/Sao_Paulo", ["00:00", "08:00"], "2018-11-04", 7),
        ("Africa/Casablanca", ["00:00", "24:00"], "2026-02-15", 25),  # Ramadan begins
        ("Pacific/Apia", ["00:00", "24:00"], "2011-12-29", 24),
        ("Pacific/Apia", ["00:00", "24:00"], "2011-12-30", 0),  # the date that never was
    ],
)
def test_a_shift_lasts_as_long_as_it_really_does(tz, shift, day, length):
    only = WorkCalendar.from_dict({"tz": tz, "hours": {}, "holidays": [], "overrides": {day: [shift]}})
    noon = at(f"{day} 12:00")
    assert only.between(noon - timedelta(days=4), noon + timedelta(days=4)) == hours(length)


def test_a_date_that_the_zone_skips_is_no_working_date():
    apia = WorkCalendar.from_dict({"tz": "Pacific/Apia", "hours": WORKING_WEEK, "holidays": []})
    thursday = at("2011-12-29 10:00", "Pacific/Apia")
    assert apia.add_business_days(thursday, 1) == at("2012-01-02 10:00", "Pacific/Apia")


def test_a_start_in_the_second_pass_keeps_its_own_time():
    everyday = calendar(hours={day: [["00:00", "04:00"]] for day in NAMES})
    second = at("2026-10-25 02:30", "Europe/Berlin", fold=1)
    assert everyday.add(second, hours(1.5)) == berlin("2026-10-25 04:00")


# What is refused


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tz": "Mars/Olympus"}, "tz: unknown time zone 'Mars/Olympus'"),
        ({"tz": "Europe"}, "tz: unknown time zone 'Europe'"),
        ({"tz": ""}, "tz: unknown time zone ''"),
        ({"tz": "../etc/passwd"}, "tz: unknown time zone '../etc/passwd'"),
        ({"tz": "Europe\0Berlin"}, r"tz: unknown time zone 'Europe\x00Berlin'"),
        ({"tz": "\udcff"}, r"tz: unknown time zone '\udcff'"),
        ({"tz": None}, "tz: must be the name of a time zone, not None"),
        ({"timezone": "UTC"}, "timezone: unknown field"),
        ({"hours": {}}, "hours: this calendar never opens"),
        ({"hours": {}, "overrides": {"2026-11-23": []}}, "hours: this calendar never opens"),
        ({"hours": []}, "hours: must be an object of weekdays, or null"),
        ({"hours": {"monday": []}}, "hours.monday: unknown day; days are mon, tue"),
        ({"hours": {"mon": None}}, "hours.mon: must be a list of intervals, not None"),
        ({"hours": {"mon": "09:00-17:00"}}, "hours.mon: must be a list of intervals"),
        ({"hours": {"mon": ["09:00", "17:00"]}}, "hours.mon[0]: must be a pair"),
        ({"hours": {"mon": [["09:00"]]}}, "hours.mon[0]: must be a pair"),
        ({"hours": {"mon": [["09:00", "12:00"], ["13:00", "1700"]]}}, "hours.mon[1]: '1700' is not a time of day"),
        ({"hours": {"mon": [["9:00", "17:00"]]}}, "hours.mon[0]: '9:00' is not a time of day"),
        ({"hours": {"mon": [["09:00", "17:60"]]}}, "hours.mon[0]: '17:60' is not a time of day"),
        ({"hours": {"mon": [["09:00", "24:30"]]}}, "hours.mon[0]: '24:30' is not a time of day"),
        ({"hours": {"mon": [["09:00\n", "17:00"]]}}, "hours.mon[0]: '09:00\\n' is not a time of day"),
        ({"hours": {"mon": [["٠٩:٠٠", "17:00"]]}}, "hours.mon[0]: '٠٩:٠٠' is not a time of day"),
        ({"hours": {"mon": [[9, 17]]}}, "hours.mon[0]: 9 is not a time of day"),
        ({"hours": {"mon": [["09:00", "09:00"]]}}, "hours.mon[0]: 09:00-09:00 has no length"),
        ({"hours": {"mon": [["24:00", "06:00"]]}}, "hours.mon[0]: 24:00 ends a day"),
        (
            {"hours": {"mon": [["12:00", "17:00"], ["09:00", "12:01"]]}},
            "hours.mon[0]: 12:00-17:00 overlaps 09:00-12:01",
        ),
        ({"hours": {"mon": [["09:00", "17:00"]] * 2}}, "hours.mon[1]: 09:00-17:00 overlaps 09:00-17:00"),
        (
            {"hours": {"mon": [["22:00", "06:00"], ["23:00", "23:30"]]}},
            "hours.mon[1]: 23:00-23:30 overlaps 22:00",
        ),
        (
            {"hours": {"mon": [["22:00", "06:01"]], "tue": [["06:00", "09:00"]]}},
            "hours.mon: runs over midnight into the next day's hours (06:00-09:00)",
        ),
        (
            {"hours": {"sun": [["22:00", "06:01"]], "mon": [["06:00", "09:00"]]}},
            "hours.sun: runs over midnight into the next day's hours (06:00-09:00)",
        ),
        ({"holidays": "2026-12-25"}, "holidays: must be a list of dates"),
        ({"holidays": ["2026-12-25", "2026-02-30"]}, "holidays[1]: '2026-02-30' is not a date"),
        ({"holidays": ["20261225"]}, "holidays[0]: '20261225' is not a date"),
        ({"holidays": [date(2026, 12, 25)]}, "holidays[0]: datetime.date(2026, 12, 25) is not a date"),
        ({"overrides": []}, "overrides: must be an object of dates"),
        ({"overrides": {"24.12.2026": []}}, "overrides.24.12.2026: '24.12.2026' is not a date"),
        ({"overrides": {"2026-12-24": [["09:00", "9"]]}}, "overrides.2026-12-24[0]: '9' is not a time of day"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_by_field(changes, message):
    with pytest.raises(CalendarError) as refused:
        calendar(**changes)
    assert str(refused.value).startswith(message)
    assert message.startswith(refused.value.field)


@pytest.mark.parametrize("field", ["tz", "hours"])
def test_zone_and_hours_cannot_be_left_out(field):
    with pytest.raises(CalendarError, match=f"{field}: missing"):
        WorkCalendar.from_dict({name: value for name, value in BERLIN.items() if name != field})


def test_a_calendar_is_an_object():
    with pytest.raises(CalendarError, match="calendar: must be an object"):
        WorkCalendar.from_dict([])


def test_shifts_may_touch():
    touching = {"mon": [["09:00", "12:00"], ["12:00", "17:00"], ["22:00", "06:00"]], "tue": [["06:00", "09:00"]]}
    assert calendar(hours=touching).between(berlin("2026-11-23 00:00"), berlin("2026-11-25 00:00")) == hours(19)


NOW = berlin("2026-11-23 12:00")
NAIVE = datetime(2026, 11, 23, 12)  # noqa: DTZ001


@pytest.mark.parametrize("data", [BERLIN, {"tz": "UTC", "hours": None}])
@pytest.mark.parametrize("moment", [NAIVE, date(2026, 11, 23), "2026-11-23T12:00Z", None])
@pytest.mark.parametrize(
    "ask",
    [
        lambda desk, moment: desk.add(moment, hours(1)),
        lambda desk, moment: desk.between(moment, NOW),
        lambda desk, moment: desk.between(NOW, moment),
        lambda desk, moment: desk.add_business_days(moment, 0),
        lambda desk, moment: desk.add_business_days(moment, 1),
        lambda desk, moment: desk.is_open(moment),
        lambda desk, moment: desk.next_opening(moment),
        lambda desk, moment: desk.open_intervals(moment, NOW),
    ],
)
def test_only_datetimes_with_a_zone_are_taken(data, moment, ask):
    with pytest.raises(MomentError, match=r"has no time zone|must be a datetime"):
        ask(calendar(data), moment)


@pytest.mark.parametrize("desk", [calendar(), ALWAYS])
def test_time_does_not_run_backwards(desk):
    with pytest.raises(SpanError, match="zero or more"):
        desk.add(NOW, -hours(1))
    with pytest.raises(SpanError, match="zero or more"):
        desk.add(NOW, 3600)
    with pytest.raises(SpanError, match="lies before the start"):
        desk.between(NOW, NOW - timedelta(microseconds=1))
    with pytest.raises(SpanError, match="lies before the start"):
        desk.open_intervals(NOW, NOW - timedelta(microseconds=1))
    for n in (-1, 1.0, True, False, None):
        with pytest.raises(SpanError, match="whole number"):
            desk.add_business_days(NOW, n)


def test_ten_years_with_no_working_time_are_an_error():
    past = calendar(hours={}, overrides={"2020-01-02": [["09:00", "17:00"]]})
    for ask in (
        lambda: past.add(NOW, hours(1)),
        lambda: past.next_opening(NOW),
        lambda: past.add_business_days(NOW, 1),
    ):
        with pytest.raises(NeverOpenError, match="ten years"):
            ask()
    assert past.between(NOW, NOW + timedelta(days=30)) == timedelta(0)
    with pytest.raises(NeverOpenError, match="2026-11-23 is not a working date"):
        past.closing(date(2026, 11, 23))


def test_shift_swallowed_by_a_skipped_date_never_opens():
    never = WorkCalendar.from_dict(
        {"tz": "Pacific/Apia", "hours": {}, "overrides": {"2011-12-30": [["09:00", "17:00"]]}}
    )
    with pytest.raises(NeverOpenError):
        never.add(at("2011-01-01 00:00"), hours(1))


def test_a_hundred_years_are_far_enough():
    once_a_week = calendar(hours={"mon": [["09:00", "09:01"]]})
    begun = clock.perf_counter()
    for ask in (
        lambda: once_a_week.add(NOW, hours(1000)),
        lambda: once_a_week.add(NOW, timedelta.max),
        lambda: once_a_week.add_business_days(NOW, 10**9),
        lambda: once_a_week.between(at("0002-01-01 00:00"), NOW),
        lambda: list(once_a_week.open_intervals(at("0002-01-01 00:00"), NOW)),
    ):
        with pytest.raises(SpanError, match="hundred years"):
            ask()
    assert clock.perf_counter() - begun < 10
    assert once_a_week.add(NOW, hours(80)) > NOW + timedelta(days=7 * 4799)


FIRST, LAST = datetime.min, datetime.max  # noqa: DTZ901


@pytest.mark.parametrize("desk", [calendar(), calendar(tz="Pacific/Apia"), calendar(NIGHTS, tz="America/New_York")])
@pytest.mark.parametrize("zone", [UTC, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York"), timezone(hours(23.9))])
@pytest.mark.parametrize("wall", [FIRST, LAST, FIRST + hours(20), LAST - hours(20)])
def test_the_ends_of_time_are_an_error_and_nothing_worse(desk, zone, wall):
    moment = wall.replace(tzinfo=zone)
    for ask in (desk.is_open, desk.next_opening):
        with pytest.raises(MomentError, match="years 1 to 9999"):
            ask(moment)
    with pytest.raises(WorktimeError):
        desk.add(moment, hours(1))
    with pytest.raises(WorktimeError):
        desk.between(moment, moment)


def test_running_over_the_ends_of_time_is_an_error():
    late = at("9999-06-01 12:00")
    for desk in (calendar(), ALWAYS):
        with pytest.raises(MomentError):
            desk.add(late, timedelta(days=365))
        with pytest.raises(MomentError):
            desk.add_business_days(late, 365)
    with pytest.raises(MomentError):
        ALWAYS.add(late, timedelta.max)
    with pytest.raises(MomentError):
        calendar(NIGHTS).closing(date.max)


# Calendars as values


def test_calendars_are_values():
    assert calendar() == calendar()
    assert hash(calendar(EASTER)) == hash(calendar(EASTER))
    assert calendar() != calendar(EASTER)
    assert calendar(hours=None) == calendar(hours={day: [["00:00", "24:00"]] for day in NAMES})
    with pytest.raises(AttributeError):
        calendar().tz = "UTC"


def test_calendars_can_be_copied_and_pickled():
    warm = calendar(EASTER)
    due = warm.add(NOW, hours(4))
    for other in (copy.deepcopy(warm), pickle.loads(pickle.dumps(warm))):
        assert other == warm
        assert other.add(NOW, hours(4)) == due


def test_changing_the_data_afterwards_changes_nothing():
    data = copy.deepcopy(EASTER)
    desk = WorkCalendar.from_dict(data)
    data["hours"]["mon"].clear()
    data["holidays"].append("2026-11-23")
    assert desk.is_open(NOW)


def test_threads_may_share_a_calendar():
    shared, starts = calendar(NIGHTS), [NOW + timedelta(days=16 * n) for n in range(400)]
    expected = [calendar(NIGHTS).add(start, hours(100)) for start in starts]
    with ThreadPoolExecutor(8) as pool:
        for answers in pool.map(lambda _: [shared.add(start, hours(100)) for start in starts], range(8)):
            assert answers == expected


def test_memory_is_bounded():
    desk = calendar()
    desk.between(NOW, NOW + timedelta(days=36000))
    assert len(desk._blocks) <= 128


# Against the minute-by-minute walk

ZONES = [
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Sao_Paulo",
    "America/Asuncion",
    "America/Scoresbysund",
    "America/Caracas",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Pyongyang",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Antarctica/Troll",
    "Antarctica/Casey",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Tongatapu",
]
CHANGES = {zone: changes_of_the_clocks(zone) for zone in ZONES}
LONG = "WORKTIME_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("WORKTIME_EXAMPLES", 40))

walked = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not LONG,
    database=None,
    suppress_health_check=list(HealthCheck),
)
quick = settings(walked, max_examples=EXAMPLES * 3)

times_of_day = st.one_of(
    st.integers(0, 47).map(lambda half: half * 30), st.integers(0, 12).map(lambda n: n * 15), st.integers(0, 1439)
)


def text(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def days_hours(draw):
    ends = sorted(draw(st.sets(st.one_of(times_of_day, st.just(1440)), max_size=6)))
    return [[text(opens), text(closes)] for opens, closes in zip(ends[::2], ends[1::2], strict=False)]


@st.composite
def weeks(draw):
    week = {day: draw(days_hours()) for day in NAMES}
    noon = text(draw(times_of_day))  # night shifts begin after it and end before it
    for day, following in zip(NAMES, NAMES[1:] + NAMES[:1], strict=True):
        earliest = max([noon, *(closes for _, closes in week[day])])
        latest = min([noon, *(opens for opens, _ in week[following])])
        opens, closes = text(draw(times_of_day)), text(draw(times_of_day))
        if draw(st.booleans()) and opens >= earliest and closes <= latest and closes < opens:
            week[day].append([opens, closes])
    return week


@st.composite
def nights(draw):
    opens, closes = sorted([draw(times_of_day), draw(times_of_day)])
    return [[text(closes), text(opens)]] if opens != closes else []


@st.composite
def cases(draw):
    """A calendar that opens, and a moment that is likely to lie near a change of its clocks."""
    tz = draw(st.sampled_from(ZONES))
    days = CHANGES[tz] or [date(2026, 3, 29)]
    day = draw(st.one_of(st.sampled_from(days), st.sampled_from(days), st.dates(date(2000, 1, 1), date(2037, 12, 1))))
    near = st.integers(-4, 6).map(lambda n: (day + timedelta(days=n)).isoformat())
    data = {
        "tz": tz,
        "hours": draw(st.one_of(weeks(), weeks(), weeks(), st.none())),
        "holidays": draw(st.lists(near, max_size=2)),
        "overrides": draw(st.dictionaries(near, st.one_of(days_hours(), nights()), max_size=2)),
    }
    if not (data["hours"] is None or any(data["hours"].values()) or any(data["overrides"].values())):
        data["hours"] = WORKING_WEEK
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    return data, midnight + timedelta(minutes=draw(st.integers(-3 * 1440, 2 * 1440)))


amounts = st.one_of(
    st.integers(0, 3 * 1440).map(lambda n: timedelta(minutes=n)),
    st.integers(0, 48).map(lambda n: timedelta(minutes=30 * n)),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)


@given(cases(), amounts, st.one_of(st.just(timedelta(0)), st.timedeltas(timedelta(0), timedelta(minutes=1))))
@walked
def test_add_agrees_with_the_walk(case, duration, odd):
    data, start = case
    start += odd
    walk = Oracle(data, start, start + timedelta(days=8)).add(start, duration)
    try:
        due = WorkCalendar.from_dict(data).add(start, duration)
    except NeverOpenError:
        assert walk is None
    else:
        assert due == walk if walk else due >= start + timedelta(days=8)


@given(cases(), amounts)
@walked
def test_between_agrees_with_the_walk(case, elapsed):
    data, start = case
    end = start + elapsed
    desk, walk = WorkCalendar.from_dict(data), Oracle(data, start, end)
    assert desk.between(start, end) == walk.between(start, end)
    assert desk.is_open(start) == walk.is_open(start)
    assert desk.is_open(end) == walk.is_open(end)
    stretches = list(desk.open_intervals(start, end))
    assert sum((closes - opens for opens, closes in stretches), timedelta(0)) == desk.between(start, end)
    assert all(one[1] < other[0] for one, other in pairwise(stretches))


@given(cases(), st.integers(0, 6))
@walked
def test_business_days_agree_with_the_walk(case, n):
    data, start = case
    walk = Oracle(data, start, start + timedelta(days=8)).add_business_days(start, n)
    try:
        due = WorkCalendar.from_dict(data).add_business_days(start, n)
    except NeverOpenError:
        assert walk is None
    else:
        assert due == walk if walk else due >= start + timedelta(days=5)


@given(cases(), amounts, amounts)
@quick
def test_adding_is_monotonic_additive_and_undone_by_between(case, one, two):
    data, start = case
    if data["hours"] is not None:
        data["hours"] = {**data["hours"], "tue": [], "wed": [["08:00", "18:00"]]}
    desk = WorkCalendar.from_dict(data)
    first, both = desk.add(start, one), desk.add(start, one + two)
    assert start <= first <= both
    assert desk.between(start, first) == one
    assert desk.add(first, two) == both
    assert desk.between(start, first) + desk.between(first, both) == desk.between(start, both)
    assert desk.add(start + two, one) >= first
    if one:
        assert desk.is_open(first - timedelta(microseconds=1))


@given(cases())
@quick
def test_the_next_opening_ends_a_time_with_no_work(case):
    data, start = case
    desk = WorkCalendar.from_dict(data)
    try:
        opens = desk.next_opening(start)
    except NeverOpenError:
        return
    assert desk.is_open(opens)
    assert desk.between(start, opens) == timedelta(0)
    assert desk.between(opens, opens + timedelta(microseconds=1)) == timedelta(microseconds=1)
