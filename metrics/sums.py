"""What was counted, and the rates, shares and means that follow from it: quotients of sums, None without data."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Literal, TypeVar

Time = Literal["elapsed", "working"]
MICRO = 1_000_000
DURATION = {"elapsed": "elapsed", "working": "worked"}  # how a column's name ends


@dataclass(slots=True)
class Sums:
    """The columns of a roll-up row (`metrics.tally` says what each counts); durations in microseconds."""

    opened: int = 0
    opened_done: int = 0
    reached_2: int = 0
    reached_3: int = 0
    reached_4: int = 0
    reached_5: int = 0
    once_resolved: int = 0
    once_reopened: int = 0
    relapsed: int = 0
    answered: int = 0
    resolved: int = 0
    taken: int = 0
    response_met: int = 0
    response_missed: int = 0
    resolution_met: int = 0
    resolution_missed: int = 0
    update_met: int = 0
    update_missed: int = 0
    promise_met: int = 0
    promise_missed: int = 0
    answer_elapsed: int = 0
    answer_worked: int = 0
    resolve_elapsed: int = 0
    resolve_worked: int = 0
    take_elapsed: int = 0

    def __bool__(self) -> bool:
        return any(VALUES(self))

    @classmethod
    def total(cls, parts: Iterable["Sums"]) -> "Sums":
        """Column by column, as a page adds up thousands of these."""
        return cls(*map(sum, zip(*map(VALUES, parts), strict=True)))

    # -- what follows ----------------------------------------------------------------------------------------------

    def avg_response_seconds(self, time: str = "elapsed") -> float | None:
        return seconds(getattr(self, f"answer_{DURATION[time]}"), self.answered)

    def avg_resolution_seconds(self, time: str = "elapsed") -> float | None:
        return seconds(getattr(self, f"resolve_{DURATION[time]}"), self.resolved)

    @property
    def avg_take_seconds(self) -> float | None:
        return seconds(self.take_elapsed, self.taken)

    @property
    def resolution_rate(self) -> float | None:
        return share(self.opened_done, self.opened)

    @property
    def sla_met_response(self) -> float | None:
        return share(self.response_met, self.response_met + self.response_missed)

    @property
    def sla_met_resolution(self) -> float | None:
        return share(self.resolution_met, self.resolution_met + self.resolution_missed)

    @property
    def sla_met_update(self) -> float | None:
        return share(self.update_met, self.update_met + self.update_missed)

    @property
    def kept_promises(self) -> float | None:
        return share(self.promise_met, self.promise_met + self.promise_missed)

    @property
    def reopen_rate(self) -> float | None:
        return share(self.once_reopened, self.once_resolved)

    @property
    def relapse_rate(self) -> float | None:
        return share(self.relapsed, self.once_resolved)

    @property
    def missed(self) -> int:
        """Response and resolution clocks that were missed."""
        return self.response_missed + self.resolution_missed

    def depth(self, level: int) -> float | None:
        """The share that was carried up to this level, or beyond it."""
        return share(self.opened if level <= 1 else getattr(self, f"reached_{level}"), self.opened)


COLUMNS = tuple(each.name for each in fields(Sums))
VALUES = attrgetter(*COLUMNS)
Key = TypeVar("Key", bound=Hashable)


def totals(parts: Iterable[tuple[Key, Sums]]) -> dict[Key, Sums]:
    """What those of each key make altogether."""
    found: dict[Key, list[Sums]] = {}
    for key, sums in parts:
        found.setdefault(key, []).append(sums)
    return {key: Sums.total(each) for key, each in found.items()}


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def seconds(micro: int, count: int) -> float | None:
    """The mean of `count` durations that make `micro` microseconds altogether."""
    return micro / MICRO / count if count else None
