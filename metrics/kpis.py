"""The six numbers of the Escalation Protocol (section 2), and how well its targets were met.

One function, `kpis`, feeds everything that shows them, and counts by `metrics.tally` like everything else, so that no
two places can disagree. Times are elapsed seconds on the wall, periods are [since, until) in whole instants, filters
apply to the tickets. A number with no data is None and never 0.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from escalations.models.ticket import TicketQuerySet
from metrics import facts, tally
from metrics.facts import CRITICAL, Facts, month_start
from metrics.period import Period
from metrics.sums import Sums, share

__all__ = ["CRITICAL", "Kpis", "Period", "kpis", "month_start", "month_to_date"]


@dataclass(frozen=True)
class Kpis:
    """In the protocol's order, which is that of its six cards; then the share of clocks that were met in time.

    - `active_escalations`: tickets now neither resolved nor closed.
    - `avg_response_seconds`: from the report to the first acknowledge, wait or resolve, of those answered in it.
    - `avg_resolution_seconds`: from the report to the resolution, of those resolved in it that still are.
    - `resolution_rate`: of those reported in the period, the share that is resolved now (0 to 1).
    - `critical_issues_mtd`: P1 reported since this month began where the site is.
    - `customer_retention`: of the customers with a ticket reported in the 365 days before the period's end, the share
      that had not churned by then.
    - `sla_met_…`: of the clocks whose verdict fell in the period, the share met. A verdict falls when the clock stops
      in time, or when it is breached.
    """

    active_escalations: int
    avg_response_seconds: float | None
    avg_resolution_seconds: float | None
    resolution_rate: float | None
    critical_issues_mtd: int
    customer_retention: float | None
    sla_met_response: float | None
    sla_met_resolution: float | None

    @classmethod
    def of(cls, sums: Sums, facts: Facts, end: int = 0) -> "Kpis":
        """`end`: which of the ends that `facts` was asked for."""
        return cls(
            facts.active,
            sums.avg_response_seconds(),
            sums.avg_resolution_seconds(),
            sums.resolution_rate,
            facts.critical,
            share(facts.kept[end], facts.asked[end]),
            sums.sla_met_response,
            sums.sla_met_resolution,
        )

    def as_dict(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


def kpis(tickets: TicketQuerySet, period: Period, at: datetime) -> Kpis:
    """The numbers of these tickets for the period, as seen at `at`. One query, however many tickets there are."""
    rows = tally.gather([*tally.branches(tickets, [period]), *facts.branches(tickets, at, [period.until])])
    return Kpis.of(Sums.total(tally.sums(rows).values()), Facts.read(rows, 1))


def month_to_date(at: datetime) -> Period:
    return Period(month_start(at), at)
