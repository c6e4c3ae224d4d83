"""Working time: what a calendar's opening hours make of a stretch of time.

The targets of the severity levels (Escalation Protocol, section 3: severity levels) are promised in working hours and
business days. A calendar says which hours count: weekly hours in one time zone, holidays, and dates with hours of their
own. Everything here is pure: aware datetimes in; aware UTC datetimes, or `timedelta`s of real elapsed time, out.

Where a zone changes its clocks, an opening is the first instant at or after its wall time, and a closing is just after
the last second before its wall time: a shift that ends at a time which occurs twice lasts until the second one. A wall
time that the zone skips stands for the instant of the change.

Calendars are immutable, hashable and safe to share between threads. Every error is a `WorktimeError`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import wraps
from itertools import accumulate
from typing import Any, NamedTuple, ParamSpec, Self, TypeVar
from zoneinfo import ZoneInfo

from escalations.opening_hours import (
    ROUND_THE_CLOCK,
    CalendarError,
    Hours,
    WorktimeError,
    read_holidays,
    read_overrides,
    read_week,
    read_zone,
)

__all__ = [
    "ALWAYS",
    "CalendarError",
    "MomentError",
    "NeverOpenError",
    "SpanError",
    "WorkCalendar",
    "WorktimeError",
]

ZERO, SECOND, DAY = timedelta(0), timedelta(seconds=1), timedelta(days=1)
PATIENCE = 3653 * DAY  # ten years with no working time are an error
REACH = 36525 * DAY  # nothing is counted over more than a hundred years
BLOCK = 32 * DAY  # the open stretches of so many UTC days are worked out, and remembered, together
BLOCKS_KEPT = 128  # by each calendar: about eleven years
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Stretch = tuple[datetime, datetime]

P = ParamSpec("P")
T = TypeVar("T")


class MomentError(WorktimeError):
    """A datetime with no time zone, or one too near the first or last year there is."""


class SpanError(WorktimeError):
    """An amount of time that is negative, runs backwards or reaches further than a hundred years."""


class NeverOpenError(WorktimeError):
    """No working time where some was asked for: none in ten years, or none that begins on that date."""


def _in_range(function: Callable[P, T]) -> Callable[P, T]:
    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except OverflowError as error:
            raise MomentError("this leads out of the years 1 to 9999, which is as far as dates go") from error

    return guarded


@dataclass(frozen=True)
class WorkCalendar:
    """Opening hours in one time zone. Build it with `from_dict`, which checks what it is given."""

    tz: str
    week: tuple[Hours, ...]  # Monday first
    exceptions: tuple[tuple[date, Hours], ...] = ()  # holidays and overrides, by date
    zone: ZoneInfo = field(init=False, repr=False, compare=False)
    always_open: bool = field(init=False, repr=False, compare=False)
    _exceptions: dict[date, Hours] = field(init=False, repr=False, compare=False)
    _blocks: dict[int, "_Block"] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "zone", read_zone(self.tz))
        put(self, "always_open", not self.exceptions and set(self.week) == {ROUND_THE_CLOCK})
        put(self, "_exceptions", dict(self.exceptions))
        put(self, "_blocks", {})

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build a calendar from `{"tz", "hours", "holidays"?, "overrides"?}`, or raise `CalendarError`.

        `hours` maps "mon" to "sun" to lists of `["HH:MM", "HH:MM"]`; a day left out is closed, and `None` in place of
        the whole means open round the clock. An interval that ends before it begins runs over midnight and belongs to
        the date it begins on; "24:00" is the midnight that ends a date. A holiday ("YYYY-MM-DD") drops the intervals
        that begin on it. An override gives a date intervals of its own (`[]`: closed) and beats a holiday; where it
        runs into the next date's hours, the time counts once. Both apply to a round-the-clock calendar too.
        """
        if not isinstance(data, Mapping):
            raise CalendarError("calendar", f"must be an object, not {data!r}")
        for name in data.keys() - {"tz", "hours", "holidays", "overrides"}:
            raise CalendarError(str(name), "unknown field; a calendar has tz, hours, holidays and overrides")
        for name in ("tz", "hours"):
            if name not in data:
                raise CalendarError(name, "missing")
        exceptions = read_holidays(data.get("holidays", [])) | read_overrides(data.get("overrides", {}))
        calendar = cls(data["tz"], read_week(data["hours"]), tuple(sorted(exceptions.items())))
        if not any(calendar.week) and not any(exceptions.values()):
            raise CalendarError("hours", "this calendar never opens")
        return calendar

    @_in_range
    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The instant at which `duration` of working time from `start` on is used up.

        That is closing time, not the next opening, where the two are the same amount of work away. No duration at all
        gives `start`, open or not.
        """
        at = _utc(start)
        if not isinstance(duration, timedelta) or duration < ZERO:
            raise SpanError(f"duration: must be a timedelta of zero or more, not {duration!r}")
        if not duration or self.always_open:
            return at + duration
        if duration <= REACH:
            wanted = duration + self._block(_number(at)).elapsed(at)
            for block in self._blocks_from(at):
                if wanted <= block.total:
                    return block.instant(wanted)
                wanted -= block.total
        raise SpanError(f"duration: {duration} of working time is not over a hundred years after {start}")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time in [start, end)."""
        first, last = _ordered(start, end)
        if self.always_open:
            return last - first
        *whole, final = _numbers(first, last)
        worked = self._block(final).elapsed(last) - self._block(_number(first)).elapsed(first)
        return sum((self._block(number).total for number in whole), worked)

    @_in_range
    def add_business_days(self, start: datetime, n: int) -> datetime:
        """The wall time of `start` on its n-th later working date; `start` itself when `n` is 0.

        A wall time that is missing on that date moves to the instant of the change; of two, it is the first.
        """
        day = self.working_date(start, n)
        return self._first_at(datetime.combine(day, self._local(start).time())) if n else _utc(start)

    @_in_range
    def working_date(self, start: datetime, n: int) -> date:
        """The n-th working date after the date of `start` in the calendar's zone; that date itself when `n` is 0.

        A working date is one on which an interval begins; a date that the zone skips is none.
        """
        if not isinstance(n, int) or isinstance(n, bool) or n < 0:
            raise SpanError(f"n: must be a whole number of business days, zero or more, not {n!r}")
        first = worked = day = self._local(start).date()
        while n:
            day += DAY
            if self._shifts(day):
                n, worked = n - 1, day
            elif day - worked > PATIENCE:
                raise NeverOpenError(f"no working date in the ten years after {worked}")
            if n and day - first > REACH:
                raise SpanError(f"n: the last {n} business days lie more than a hundred years after {first}")
        return day

    @_in_range
    def closing(self, day: date) -> datetime:
        """The end of the last interval that begins on `day`, a working date in the calendar's zone."""
        if shifts := self._shifts(day):
            return max(closes for _, closes in shifts)
        raise NeverOpenError(f"{day} is not a working date")

    def is_open(self, at: datetime) -> bool:
        """Whether `at` is working time: opening inclusive, closing exclusive."""
        at = _utc(at)
        return self.always_open or self._block(_number(at)).is_open(at)

    def next_opening(self, at: datetime) -> datetime:
        """The first instant of working time at or after `at`: `at` itself if open."""
        at = _utc(at)
        if self.is_open(at):
            return at
        return next(opens for block in self._blocks_from(at) for opens in block.opens if opens > at)

    def open_intervals(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        """The unbroken stretches of working time in [start, end), in order."""
        first, last = _ordered(start, end)
        if self.always_open:
            return _merged([(first, last)], first, last)
        blocks = (self._block(number) for number in _numbers(first, last))
        return _merged((pair for block in blocks for pair in zip(block.opens, block.closes, strict=True)), first, last)

    def _blocks_from(self, at: datetime) -> Iterator["_Block"]:
        """The blocks from that of `at` on: for a hundred years, or until ten have brought no working time."""
        idle = ZERO
        for number in range(_number(at), _number(at) + REACH // BLOCK + 2):
            block = self._block(number)
            idle = ZERO if block.total else idle + BLOCK
            if idle > PATIENCE:
                raise NeverOpenError(f"no working time in ten years, looking from {at} on")
            yield block

    def _block(self, number: int) -> "_Block":
        block = self._blocks.get(number)
        if block is None:
            if len(self._blocks) >= BLOCKS_KEPT:
                self._blocks.clear()
            block = self._blocks[number] = self._worked_out(number)
        return block

    @_in_range
    def _worked_out(self, number: int) -> "_Block":
        begins = EPOCH + number * BLOCK
        # A shift can end on the next date, a zone can be a day away from UTC, and its clocks can go back by one.
        dates = (begins.date() + day * DAY for day in range(-3, BLOCK.days + 3))
        shifts = sorted(shift for day in dates for shift in self._shifts(day))
        return _Block.of(_merged(shifts, begins, begins + BLOCK))

    def _shifts(self, day: date) -> list[Stretch]:
        """The intervals that begin on `day`, without those that a change of the clocks swallows."""
        hours = self._exceptions.get(day)
        if hours is None:
            hours = self.week[day.weekday()]
        midnight = datetime.combine(day, time())
        walls = ((midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)) for opens, closes in hours)
        shifts = ((self._first_at(opens), self._last_before(closes)) for opens, closes in walls)
        return [(opens, closes) for opens, closes in shifts if opens < closes]

    def _first_at(self, wall: datetime) -> datetime:
        """The first instant at which the clocks show `wall` or later."""
        first, second = self._readings(wall)
        return first if first <= second else self._change(second, first)

    def _last_before(self, wall: datetime) -> datetime:
        """Just after the last second in which the clocks show less than `wall`."""
        first, second = self._readings(wall - SECOND)
        return second + SECOND if first <= second else self._change(second, first)

    def _readings(self, wall: datetime) -> Stretch:
        """The instants at which the clocks show `wall`: one twice, or two, or backwards where it is skipped."""
        return (
            wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC),
            wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC),
        )

    def _change(self, before: datetime, after: datetime) -> datetime:
        """The instant between the two at which the zone's offset changes; it is a whole second."""
        before = before.replace(microsecond=0)
        offset = self._local(before).utcoffset()
        seconds = range((after - before) // SECOND + 1)
        changed = bisect_left(
            seconds, True, key=lambda after: self._local(before + after * SECOND).utcoffset() != offset
        )
        return before + changed * SECOND

    def _local(self, at: datetime) -> datetime:
        return _utc(at).astimezone(self.zone)


class _Block(NamedTuple):
    """The open stretches of one block of time, apart and in order, with the working time up to the end of each."""

    opens: list[datetime]
    closes: list[datetime]
    sums: list[timedelta]
    total: timedelta

    @classmethod
    def of(cls, stretches: Iterable[Stretch]) -> Self:
        pairs = list(stretches)
        sums = list(accumulate(closes - opens for opens, closes in pairs))
        return cls([opens for opens, _ in pairs], [closes for _, closes in pairs], sums, sums[-1] if sums else ZERO)

    def is_open(self, at: datetime) -> bool:
        last = bisect_right(self.opens, at) - 1
        return last >= 0 and at < self.closes[last]

    def elapsed(self, at: datetime) -> timedelta:
        """The working time from the block's beginning to `at`."""
        last = bisect_right(self.opens, at) - 1
        return self.sums[last] - max(self.closes[last] - at, ZERO) if last >= 0 else ZERO

    def instant(self, worked: timedelta) -> datetime:
        """The instant at which so much working time, above zero and at most the total, is used up."""
        stretch = bisect_left(self.sums, worked)
        return self.closes[stretch] - (self.sums[stretch] - worked)


def _merged(stretches: Iterable[Stretch], first: datetime, last: datetime) -> Iterator[Stretch]:
    """The parts of `stretches`, given in order, that lie in [first, last), joined where they touch or overlap."""
    current: Stretch | None = None
    for opens, closes in stretches:
        opens, closes = max(opens, first), min(closes, last)
        if opens >= closes:
            continue
        if current and opens <= current[1]:
            current = current[0], max(current[1], closes)
            continue
        if current:
            yield current
        current = opens, closes
    if current:
        yield current


@_in_range
def _utc(at: datetime) -> datetime:
    if not isinstance(at, datetime):
        raise MomentError(f"must be a datetime, not {at!r}")
    if at.utcoffset() is None:
        raise MomentError(f"{at} has no time zone")
    return at.astimezone(UTC)


def _ordered(start: datetime, end: datetime) -> Stretch:
    first, last = _utc(start), _utc(end)
    if last < first:
        raise SpanError(f"end: {end} lies before the start, {start}")
    return first, last


def _number(at: datetime) -> int:
    return (at - EPOCH) // BLOCK


def _numbers(first: datetime, last: datetime) -> range:
    if last - first > REACH:
        raise SpanError(f"end: {last} lies more than a hundred years after the start, {first}")
    return range(_number(first), _number(last) + 1)


ALWAYS = WorkCalendar.from_dict({"tz": "UTC", "hours": None})
