"""How long things took: medians and 90th percentiles, read off a scale.

A percentile of a month is not to be had from those of its days, so durations are counted on a scale whose steps grow
with them: whole seconds under a hundred, then steps of 2, 5, 10, 20, 50, … seconds, rounded down. A figure that is read
off it is at most 2.5 % under the true one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Case, Count, F, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate
from django.db.models.lookups import LessThan

from escalations.enums import ClockKind
from escalations.models.ticket import TicketQuerySet
from metrics import tally
from metrics.period import Period
from metrics.sums import MICRO

Counts = Counter[int]  # seconds on the scale: how many
LONGEST = 1_000_000_000  # seconds; nothing here lasts thirty years


@dataclass(frozen=True)
class Percentiles:
    """In seconds, by nearest rank; None without data."""

    median: float | None
    p90: float | None
    count: int


def _scale() -> list[tuple[int, int]]:
    """Under 100 steps of 1, under 200 of 2, under 500 of 5, under 1000 of 10, …"""
    bounds: list[tuple[int, int]] = []
    power = 1
    while power * 100 <= LONGEST:
        bounds += [(100 * power, power), (200 * power, 2 * power), (500 * power, 5 * power)]
        power *= 10
    return bounds


SCALE = _scale()


def on_scale(seconds: int) -> int:
    step = next((step for bound, step in SCALE if seconds < bound), SCALE[-1][1])
    return seconds - seconds % step


def scaled(seconds: Any) -> Combinable:
    """`on_scale` in SQL, of whole seconds."""
    whens = [When(LessThan(seconds, Value(bound)), then=Value(step)) for bound, step in SCALE]
    step = Case(*whens, default=Value(SCALE[-1][1]), output_field=BigIntegerField())
    return seconds - seconds % step


def percentiles(counts: Mapping[int, int]) -> Percentiles:
    number = sum(counts.values())
    if not number:
        return Percentiles(None, None, 0)
    ordered = sorted(counts.items())
    reached = list(accumulate(count for _seconds, count in ordered))

    def ranked(percent: int) -> float:
        rank = -(-number * percent // 100)
        return float(next(seconds for (seconds, _n), upto in zip(ordered, reached, strict=True) if upto >= rank))

    return Percentiles(ranked(50), ranked(90), number)


def branches(
    tickets: TicketQuerySet, periods: Sequence[Period], zone: ZoneInfo | None = None, *, tag: str = "spread:"
) -> list[tally.Branch]:
    """Each duration of metrics.models.DURATIONS on the scale, by day and severity, as branches of one query."""
    if not periods:
        return []
    parts = []
    for name, (family, took) in _durations().items():
        whole = tally.families()[family]
        rows = tally.of_tickets(whole.rows, tickets, whole.ticket).filter(tally.within(whole.instant, periods))
        rows = rows.annotate(took=took).filter(took__isnull=False) if name.endswith("worked") else rows
        seconds = (F("took") if name.endswith("worked") else took) / Value(MICRO)
        parts.append(
            tally.branch(
                tag + name,
                rows,
                {"n": Count("pk")},
                day=TruncDate(whole.instant, tzinfo=zone) if zone else None,
                severity=f"{whole.ticket}__severity" if whole.ticket else "severity",
                key=scaled(seconds),
            )
        )
    return parts


def counts(rows: Iterable[tally.Row], tag: str = "spread:") -> dict[tuple[str, str, str], Counts]:
    """{(day, severity, duration): counts}, of what `branches` counted."""
    found: dict[tuple[str, str, str], Counts] = {}
    for family, day, severity, key, number, *_nothing in rows:
        if family.startswith(tag):
            place = found.setdefault((day, severity, family.removeprefix(tag)), Counter())
            place[int(key)] += int(number)
    return found


def _durations() -> dict[str, tuple[str, Any]]:
    return {
        "answer_elapsed": ("answered", tally.between("reported_at", "acknowledged_at")),
        "answer_worked": ("answered", tally.worked(ClockKind.RESPONSE)),
        "resolve_elapsed": ("resolved", tally.between("reported_at", "resolved_at")),
        "resolve_worked": ("resolved", tally.worked(ClockKind.RESOLUTION)),
        "take_elapsed": ("taken", tally.between("at", "taken_at")),
    }
