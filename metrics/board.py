"""All that the dashboard shows, for one scope."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from metrics.kpis import Kpis
from metrics.scope import Params, Scope
from metrics.spread import Percentiles
from metrics.sums import Sums

__all__ = ["Board", "Bucket", "Kpis", "Percentiles", "Sums", "TableRow", "board"]


@dataclass
class Bucket:
    """A day, a week or a month: its days, both included, within the period."""

    label: str
    first: date
    last: date
    sums: Sums
    by_severity: dict[str, Sums]


@dataclass
class TableRow:
    """`key` is empty for what belongs to nobody. `open` is now, whatever the period; `value` is the yearly value of
    the customers of those, in the desk's main currency. `params` narrow an address to this row."""

    key: str
    label: str
    sums: Sums
    open: int
    value: Decimal
    params: Params


@dataclass
class Board:
    scope: Scope
    now: Sums
    before: Sums
    kpis: Kpis
    kpis_before: Kpis
    buckets: list[Bucket]  # days of a period of up to 92, else weeks, of over a year months
    weeks: list[Bucket]
    spread: dict[str, Percentiles]  # by the names of metrics.models.DURATIONS
    active: int
    ageing: list[tuple[str, str, int]]  # (key of metrics.narrow.AGES, words, open issues)
    heat: dict[tuple[int, int], int]  # (weekday, hour) on the wall: response and resolution clocks missed
    backlog: list[int]  # open at the end of each bucket
    table: list[TableRow]
    value_at_risk: Decimal
    currency: str
    goals: dict[str, float] = field(default_factory=dict)  # by the API's names of the numbers


def board(scope: Scope) -> Board:
    """Everything, in at most seven queries."""
    nothing = Kpis(0, None, None, None, 0, None, None, None)
    return Board(
        scope, Sums(), Sums(), nothing, nothing, [], [], {}, 0, [], {}, [], [], Decimal(0), "EUR"
    )  # filled in by the next change
