"""Whose turn it is on a rung that rotates weekly. Pure: facts and aware instants in, UTC instants out.

Handed over at a time on the wall of the rotation's zone, so a week is an hour shorter or longer where the clocks
change; at a time that a change skips, the turn passes at the change, at one that comes twice, at the first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol, TypeVar

from contacts.hours import instant_of, zone_named

WEEK = timedelta(days=7)
T = TypeVar("T")


class Weekly(Protocol):
    """What counts of a Rotation."""

    starts_on: Any  # date
    at: Any  # time
    zone: Any  # the name of a time zone


@dataclass(frozen=True)
class Rota:
    """A rotation that is in no database."""

    starts_on: date
    at: time
    zone: str


@dataclass(frozen=True)
class Turn:
    """The `number`-th week (from 0) of a rotation, from `since` to just before `until`."""

    number: int
    since: datetime
    until: datetime

    def of(self, people: Sequence[T]) -> T:
        return people[self.number % len(people)]


def handover(rotation: Weekly, number: int) -> datetime:
    """When the `number`-th turn begins."""
    local = datetime.combine(rotation.starts_on + number * WEEK, rotation.at, zone_named(rotation.zone))
    return instant_of(local.replace(fold=0))


def turn_at(rotation: Weekly, at: datetime) -> Turn | None:
    """The turn that runs at `at`; None before the first."""
    today = at.astimezone(zone_named(rotation.zone)).date()
    number = (today - rotation.starts_on).days // 7
    while handover(rotation, number) > at:
        number -= 1
    while handover(rotation, number + 1) <= at:
        number += 1
    return Turn(number, handover(rotation, number), handover(rotation, number + 1)) if number >= 0 else None


def turns(rotation: Weekly, start: datetime, end: datetime) -> Iterator[Turn]:
    """Those that run at some time from `start` to just before `end`."""
    first = turn_at(rotation, start)
    number = first.number if first else 0
    while (since := handover(rotation, number)) < end:
        yield Turn(number, since, handover(rotation, number + 1))
        number += 1


def in_turn(rotation: Weekly | None, people: Sequence[T], takes_turns: Sequence[bool], at: datetime) -> list[T]:
    """In the order in which they are asked at `at`: who has the turn, those whose turns follow, then those who take
    none. Without a rotation, before its first turn, or with fewer than two who take turns, as given."""
    rotating = [each for each, takes in zip(people, takes_turns, strict=True) if takes]
    turn = turn_at(rotation, at) if rotation and len(rotating) > 1 else None
    if turn is None:
        return list(people)
    first = turn.number % len(rotating)
    rest = [each for each, takes in zip(people, takes_turns, strict=True) if not takes]
    return [*rotating[first:], *rotating[:first], *rest]
