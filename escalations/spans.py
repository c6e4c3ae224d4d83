"""A clock's own time: working time with the pauses taken out. Pure, like `worktime`.

Pauses come as `(from, to)` pairs of aware datetimes in order, without overlap; `to` is None while one lasts.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from escalations.worktime import WorkCalendar

Span = tuple[datetime, datetime | None]


def advance(calendar: WorkCalendar, start: datetime, amount: timedelta, pauses: Sequence[Span]) -> datetime | None:
    """The instant at which `amount` of own time has passed since `start`, in UTC; None if a lasting pause comes first.

    Like every due time here it is the instant the last working minute is used up, not the next opening.
    """
    left = amount
    for begins, ends in running(start, None, pauses):
        if ends is None:
            return calendar.add(begins, left)
        here = calendar.between(begins, ends)
        if left <= here:
            return calendar.add(begins, left)
        left -= here
    return None


def used(calendar: WorkCalendar, start: datetime, end: datetime, pauses: Sequence[Span]) -> timedelta:
    """Own time from `start` to `end`; zero if `end` is not after `start`."""
    total = timedelta()
    for begins, ends in running(start, end, pauses):
        total += calendar.between(begins, ends or end)
    return total


def running(start: datetime, end: datetime | None, pauses: Sequence[Span]) -> Iterator[Span]:
    """The stretches from `start` to `end` (None: open) that no pause covers."""
    at = start
    for begins, ends in pauses:
        if ends is not None and ends <= at:
            continue
        if end is not None and begins >= end:
            break
        if begins > at:
            yield at, begins
        if ends is None:
            return
        at = max(at, ends)
    if end is None or at < end:
        yield at, end
