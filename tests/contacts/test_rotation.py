"""Whose turn it is: every week the next one, on the wall of the rotation's own zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.rotation import Rota, handover, in_turn, turn_at, turns

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"]
rotas = st.builds(Rota, st.dates(date(2009, 1, 1), date(2030, 1, 1)), st.times(), st.sampled_from(ZONES))
instants = st.datetimes(datetime(2009, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 – aware by it
FIVE = "abcde"


@given(rotas, instants)
@settings(max_examples=150, deadline=None)
def test_every_instant_from_the_first_turn_on_lies_in_exactly_one_turn(rota, at):
    turn = turn_at(rota, at)
    if turn is None:
        assert at < handover(rota, 0)
        return
    assert turn.since <= at < turn.until == handover(rota, turn.number + 1)
    assert timedelta(days=5) < turn.until - turn.since < timedelta(days=9)
    assert list(turns(rota, at, turn.until)) == [turn]


@given(rotas, instants, st.lists(st.booleans(), min_size=5, max_size=5))
@settings(max_examples=150, deadline=None)
def test_nobody_is_lost_and_the_next_week_has_the_next_one_first(rota, at, takes):
    order = in_turn(rota, FIVE, takes, at)
    assert sorted(order) == list(FIVE)
    rotating, turn = [each for each, yes in zip(FIVE, takes, strict=True) if yes], turn_at(rota, at)
    if turn is None or len(rotating) < 2:
        assert order == list(FIVE)
        return
    after = in_turn(rota, FIVE, takes, turn.until)
    assert order[: len(rotating)] == [*after[len(rotating) - 1 : len(rotating)], *after[: len(rotating) - 1]]
    assert order[0] == turn.of(rotating)
    assert order[len(rotating) :] == [each for each, yes in zip(FIVE, takes, strict=True) if not yes]


def test_a_turn_is_handed_over_at_the_same_time_on_the_wall_through_a_clock_change():
    rota = Rota(date(2026, 10, 19), time(9), "Europe/Berlin")
    hours = [(handover(rota, n + 1) - handover(rota, n)).total_seconds() / 3600 for n in range(3)]
    assert hours == [169, 168, 168]
    assert {handover(rota, n).astimezone(ZoneInfo("Europe/Berlin")).hour for n in range(4)} == {9}


def test_a_time_that_the_clocks_jump_over_is_the_jump_and_one_that_comes_twice_the_first():
    spring = Rota(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
    assert handover(spring, 0) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    autumn = Rota(date(2026, 10, 25), time(2, 30), "Europe/Berlin")
    assert handover(autumn, 0) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
