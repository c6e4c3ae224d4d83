"""Working time the slow and obvious way: walk through UTC minute by minute and look at the clock on the wall.

It shares nothing with `escalations.worktime`: it never turns a wall time into an instant, and it counts minutes one by
one. A minute is working time for a shift if by then the clock has shown the shift's opening or later, and will yet show
a time before its closing. Where no clock is changed, that is simply "the wall clock lies within the shift".
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@lru_cache(maxsize=200)
def clock_readings(tz, day):
    """What the wall clock shows in each minute of a UTC day."""
    zone, midnight = ZoneInfo(tz), datetime.combine(day, time(), UTC)
    return [(midnight + n * MINUTE).astimezone(zone).replace(tzinfo=None) for n in range(1440)]


class Oracle:
    """The minutes from three days before `first` to three days after `last`, which is all it can speak about."""

    def __init__(self, data, first, last):
        self.data, self.known = data, {}
        day = first.astimezone(UTC).date() - 3 * DAY
        self.begins = datetime.combine(day, time(), UTC)
        readings = []
        while day <= last.astimezone(UTC).date() + 3 * DAY:
            readings += clock_readings(data["tz"], day)
            day += DAY
        self.so_far = list(accumulate(readings, max))
        self.yet_to_come = list(accumulate(reversed(readings), min))[::-1]

    def shifts(self, day):
        """The wall times between which people work, for the shifts that begin on a date."""
        if day not in self.known:
            midnight = datetime.combine(day, time())
            walls = [(midnight + minutes(opens), midnight + minutes(closes)) for opens, closes in self.hours(day)]
            self.known[day] = [(opens, closes if closes > opens else closes + DAY) for opens, closes in walls]
        return self.known[day]

    def hours(self, day):
        if day.isoformat() in self.data.get("overrides", {}):
            return self.data["overrides"][day.isoformat()]
        if day.isoformat() in self.data.get("holidays", []):
            return []
        if self.data["hours"] is None:
            return [["00:00", "24:00"]]
        return self.data["hours"].get(NAMES[day.weekday()], [])

    def works(self, number):
        so_far, yet_to_come = self.so_far[number], self.yet_to_come[number]
        day = yet_to_come.date() - DAY
        while day <= so_far.date():
            for opens, closes in self.shifts(day):
                if opens <= so_far and yet_to_come < closes:
                    return True
            day += DAY
        return False

    def is_open(self, at):
        return self.works((at - self.begins) // MINUTE)

    def between(self, start, end):
        worked, at = timedelta(0), start
        while at < end:
            until = min(end, self.next_minute(at))
            if self.is_open(at):
                worked += until - at
            at = until
        return worked

    def add(self, start, duration):
        """Or None, where the minutes run out first."""
        at = start
        while duration:
            if at >= self.begins + (len(self.so_far) - 1) * MINUTE:
                return None
            until = self.next_minute(at)
            if self.is_open(at):
                if duration <= until - at:
                    return at + duration
                duration -= until - at
            at = until
        return at

    def next_minute(self, at):
        return self.begins + ((at - self.begins) // MINUTE + 1) * MINUTE

    def is_working_date(self, day):
        clocks = list(zip(self.so_far, self.yet_to_come, strict=True))
        return any(
            opens <= so_far and yet_to_come < closes
            for opens, closes in self.shifts(day)
            for so_far, yet_to_come in clocks
        )

    def add_business_days(self, start, n):
        """Or None, where the minutes run out first; `start` must be a whole minute."""
        if n == 0:
            return start
        wall = start.astimezone(ZoneInfo(self.data["tz"])).replace(tzinfo=None, fold=0)
        while n:
            wall += DAY
            if wall >= self.yet_to_come[-1] - 2 * DAY:
                return None
            n -= self.is_working_date(wall.date())
        number = next(number for number, so_far in enumerate(self.so_far) if so_far >= wall)
        return self.begins + number * MINUTE


def minutes(text):
    return timedelta(hours=int(text[:2]), minutes=int(text[3:]))


def changes_of_the_clocks(tz, first=date(2000, 1, 1), last=date(2037, 12, 31)):
    """The UTC days in which a zone changes its clocks."""
    zone, day, days = ZoneInfo(tz), first, []
    before = datetime.combine(day, time(), UTC).astimezone(zone).utcoffset()
    while day < last:
        day += DAY
        after = datetime.combine(day, time(), UTC).astimezone(zone).utcoffset()
        if after != before:
            days.append(day - DAY)
        before = after
    return days
