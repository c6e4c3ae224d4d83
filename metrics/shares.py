"""What single issues add to the sums, so that a few that changed can be taken out of a roll-up and put in anew."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from metrics import tally
from metrics.period import Period
from metrics.tally import WIDTH, Row

KEY = "pk/team/owner/customer/cause"
PLACES = {name: place for place, name in enumerate(KEY.split("/"))}
ALWAYS = Period(datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC))


def count(tickets: Q, zone: ZoneInfo) -> dict[int, list[Row]]:
    """The rows of each of these tickets, whenever it was. One query."""
    return by_ticket(tally.gather(tally.branches(tickets, [ALWAYS], zone, key=KEY, steps=zone)))


def by_ticket(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(int(part(row, "pk")), []).append(row)
    return found


def part(row: Row, name: str) -> str:
    """One column of a row's key."""
    return str(row[3].split("/")[PLACES[name]])


def keyed(rows: Iterable[Row], *names: str, tag: str = "") -> list[Row]:
    """The rows by these columns of their keys instead of all."""
    places = [PLACES[name] for name in names]
    found = []
    for family, day, severity, key, *rest in rows:
        parts = key.split("/")
        found.append((tag + family, day, severity, "/".join([parts[place] for place in places]), *rest))
    return found


def negative(rows: Iterable[Row]) -> list[Row]:
    return [(*row[:5], *(-number for number in row[5:])) for row in rows]


def outside(rows: Iterable[Row], days: Collection[str]) -> list[Row]:
    """Those of other days than these (ISO)."""
    return [row for row in rows if row[1] not in days]


def packed(rows: Iterable[Row]) -> list[list[str | int]]:
    """As a `Share` keeps them: whole numbers, without the zeros behind the last."""
    found = []
    for family, day, severity, key, step, *numbers in rows:
        whole = [int(number or 0) for number in numbers]
        while whole and not whole[-1]:
            whole.pop()
        found.append([family, day, severity, key, step, *whole])
    return found


def unpacked(kept: Iterable[list[str | int]]) -> list[Row]:
    return [(*row, *[0] * (5 + WIDTH - len(row))) for row in kept]
