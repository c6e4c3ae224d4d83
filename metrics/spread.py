"""How long things took: medians and 90th percentiles, read off the scale of `metrics.scale`."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from metrics import tally

Counts = Counter[int]  # seconds on the scale, or hours of the week: how many
HOURS = "missed"
# A family with steps: what they are called.
SPREADS = {
    "answered": "answer_elapsed",
    "answered_own": "answer_worked",
    "resolved": "resolve_elapsed",
    "resolved_own": "resolve_worked",
    "taken": "take_elapsed",
    "missed": HOURS,
}


@dataclass(frozen=True)
class Percentiles:
    """In seconds, by nearest rank; None without data."""

    median: float | None
    p90: float | None
    count: int


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


def counts(rows: Iterable[tally.Row]) -> dict[tuple[str, str, str, str], Counts]:
    """{(day, severity, key, spread): counts}, of what `tally.branches` counted with steps. Of misses only those of
    response and resolution clocks count, which are its first two numbers."""
    found: dict[tuple[str, str, str, str], Counts] = {}
    for family, day, severity, key, step, first, second, *_more in rows:
        if name := step and SPREADS.get(family):
            number = int(first) + int(second) if name == HOURS else int(first)
            if number:
                found.setdefault((day, severity, key, name), Counter())[int(step)] += number
    return found


def total(found: Mapping[tuple[str, str, str, str], Counts]) -> defaultdict[str, Counts]:
    """The same by spread alone."""
    whole: defaultdict[str, Counts] = defaultdict(Counter)
    for (*_key, name), counts in found.items():
        add(whole[name], counts.items())
    return whole


def add(counts: Counts, more: Iterable[tuple[int, int]]) -> None:
    for step, number in more:
        counts[step] += number
