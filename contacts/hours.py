"""When somebody may be written to: quiet hours and one mail a day, in the person's own time zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

DAY = timedelta(days=1)
MOST_NIGHTS = 5  # that one message waits; twice is what clock changes can ask for


@dataclass(frozen=True)
class Rhythm:
    """What somebody chose: at once (`daily_at` None) or one mail a day, and no mail from `quiet_from` to just before
    `quiet_until`, over midnight if that is the earlier one.

    Times are on the wall in `zone`; an empty or unknown zone is the site's.
    """

    zone: str = ""
    daily_at: time | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None

    @classmethod
    def of(cls, user: Any) -> "Rhythm":
        daily = user.daily_at if user.mail_rhythm == "daily" else None
        if daily is None and user.quiet_from is None:
            return AT_ONCE
        return cls(user.time_zone, daily, user.quiet_from, user.quiet_until)

    def hold_until(self, at: datetime, *, goes_through: bool = False) -> datetime:
        """The first instant from `at` on at which a message may leave; aware in, aware out. `at` itself if it may."""
        if goes_through or self is AT_ONCE:
            return at
        zone = zone_named(self.zone)
        when = at if self.daily_at is None else _next(self.daily_at, zone, at, folds=(0,))
        for _night in range(MOST_NIGHTS):
            if self.quiet_until is None or not self.is_quiet(when):
                break
            # Past `when`: the clocks may jump over the end of the quiet hours into the next ones.
            when = _next(self.quiet_until, zone, when.astimezone(UTC) + timedelta.resolution, folds=(0, 1))
        return when

    def is_quiet(self, at: datetime) -> bool:
        return self.covers(at.astimezone(zone_named(self.zone)).time())

    @property
    def open_for(self) -> timedelta:
        """How long mail may come on an ordinary day."""
        start, end = self.quiet_from, self.quiet_until
        if start is None or end is None or start == end:
            return DAY
        return DAY - (datetime.combine(date.min, end) - datetime.combine(date.min, start)) % DAY

    def covers(self, wall: time) -> bool:
        """True if this time on the wall lies within the quiet hours."""
        start, end = self.quiet_from, self.quiet_until
        if start is None or end is None or start == end:
            return False
        return start <= wall < end if start < end else wall >= start or wall < end


AT_ONCE = Rhythm()


def _next(wall: time, zone: ZoneInfo, after: datetime, *, folds: Iterable[int]) -> datetime:
    """The first instant from `after` on at which the clocks of `zone` show `wall`, or jump over it.

    An hour that comes twice shows it twice; `folds` says which of them count.
    """
    today = after.astimezone(zone).date()
    days = [today + timedelta(days=n) for n in (-1, 0, 1, 2, 3)]  # a zone may skip a whole day
    coming = (instant_of(datetime.combine(day, wall, zone).replace(fold=fold)) for day in days for fold in folds)
    return min(instant for instant in coming if instant >= after)


def instant_of(local: datetime) -> datetime:
    """The instant of a time on the wall; of one that the clocks jump over, the jump."""
    early, late = sorted(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if local.replace(fold=0).utcoffset() >= local.replace(fold=1).utcoffset():  # type: ignore[operator]
        return local.astimezone(UTC)
    zone = local.tzinfo
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle <= early:
            break
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    return late.replace(microsecond=0)


@lru_cache(maxsize=512)
def zone_named(name: str) -> ZoneInfo:
    for known in (name, settings.TIME_ZONE):
        try:
            return ZoneInfo(known)
        except (KeyError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")
