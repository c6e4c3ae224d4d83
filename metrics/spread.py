"""How long things took: medians and 90th percentiles, read off a scale.

A percentile of a month is not to be had from those of its days, so durations are counted on a scale whose steps grow
with them: whole seconds under a hundred, then steps of 2, 5, 10, 20, 50, … seconds, rounded down. A figure that is read
off it is at most 2.5 % under the true one.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from django.db.models import BigIntegerField, Case, Value, When
from django.db.models.expressions import Combinable, Expression
from django.db.models.lookups import LessThan

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


def scaled(seconds: Expression) -> Combinable:
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
