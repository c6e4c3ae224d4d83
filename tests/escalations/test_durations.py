from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from escalations.durations import Target, TargetError
from escalations.worktime import ALWAYS, WorkCalendar

DESK = WorkCalendar.from_dict(
    {
        "tz": "Europe/Berlin",
        "hours": {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": [],
    }
)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "label"),
    [("15m", "15 min"), ("1h", "1 h"), ("4h", "4 h"), ("1bd", "1 business day"), ("5bd", "5 business days")],
)
def test_a_target_reads_as_it_was_written(text, label):
    assert str(Target.parse(text)) == text
    assert Target.parse(text).label() == label


@pytest.mark.parametrize(
    "text",
    ["", "0m", "-4h", "4", "h", "4d", "4 h", "4H", "1.5h", "4h\n", " 4h", "٤h", "4h15m", 240, None, "9" * 5000],
)
def test_other_forms_are_refused_with_the_forms_there_are(text):
    with pytest.raises(TargetError, match='such as "15m", "4h" or "5bd"'):
        Target.parse(text)


@pytest.mark.parametrize(("most", "too_much"), [("5260320m", "5260321m"), ("87672h", "87673h"), ("2610bd", "2611bd")])
def test_ten_years_are_the_most(most, too_much):
    assert Target.parse(most)
    with pytest.raises(TargetError, match="more than ten years"):
        Target.parse(too_much)


@pytest.mark.parametrize(("amount", "unit"), [(0, "m"), (True, "h"), (1.0, "h"), (1, "d"), ("1", "bd"), (1, None)])
def test_a_target_cannot_be_built_wrong_either(amount, unit):
    with pytest.raises(TargetError):
        Target(amount, unit)


def test_minutes_and_hours_are_themselves_on_any_calendar():
    assert Target.parse("15m").budget(MONDAY, ALWAYS) == timedelta(minutes=15)
    assert Target.parse("4h").budget(MONDAY, DESK) == timedelta(hours=4)


def test_business_days_are_the_working_time_to_the_same_wall_time():
    assert Target.parse("5bd").budget(MONDAY, DESK) == timedelta(hours=35)
    assert DESK.add(MONDAY, timedelta(hours=35)) == MONDAY + timedelta(days=7)
    assert Target.parse("5bd").budget(MONDAY, ALWAYS) == timedelta(days=5)


@pytest.mark.parametrize("hour", [0, 8, 9])
def test_a_business_day_from_a_closed_morning_runs_to_the_end_of_the_next_working_date(hour):
    saturday = MONDAY.replace(day=21, hour=hour)
    budget = Target.parse("1bd").budget(saturday, DESK)
    assert budget == timedelta(hours=7)
    assert DESK.add(saturday, budget) == MONDAY.replace(hour=17)


def test_a_business_day_is_never_used_up_at_its_start():
    for hour in range(24 * 14):
        start = datetime(2026, 11, 16, tzinfo=UTC) + timedelta(hours=hour)
        assert Target.parse("1bd").budget(start, DESK) > timedelta(0)


@pytest.mark.parametrize(
    ("text", "label"), [("1m", "1 Minute"), ("15m", "15 Minuten"), ("4h", "4 Stunden"), ("5bd", "5 Arbeitstage")]
)
def test_a_target_reads_in_the_readers_language(words_are_built, text, label):
    with translation.override("de"):
        assert Target.parse(text).label() == label
