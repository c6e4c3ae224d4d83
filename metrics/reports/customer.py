"""A customer's SLA report: how the desk kept its promises in a period, for handing on.

Numbers are those of the dashboard for the same days and this customer (`metrics.tally`). Listed are the issues that
were open at any time in these days, as they are known now. Nothing that is internal belongs here: no notes, no
descriptions, no people but who paused a clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.times import span
from escalations.models import Clock, Ticket
from escalations.models.pause import Pause
from escalations.models.ticket import TicketQuerySet
from metrics import tally
from metrics.dashboard.words import NO_DATA, percent
from metrics.period import Period
from metrics.reports.lines import ClockLine, lines_of
from metrics.scope import Scope
from metrics.sums import Sums

PER_PAGE = 50
INTERNAL = ("description", "root_cause", "solution", "prevention", "triage", "cc")


@dataclass(frozen=True)
class Number:
    """`value` in words, `note` what it is taken of, `raw` for spreadsheets: a count, hours, or per cent."""

    key: str
    label: str
    value: str
    note: str
    raw: float | int | None
    unit: str


@dataclass(frozen=True)
class Issue:
    ticket: Ticket
    lines: list[ClockLine]

    def missed(self, period: Period) -> int:
        """Clocks that ran out in these days, as the report's own sums count them."""
        return sum(bool((at := line.clock.breached_at) and period.since <= at < period.until) for line in self.lines)


@dataclass
class Report:
    scope: Scope

    @property
    def customer(self) -> Any:
        return self.scope.customer

    @cached_property
    def sums(self) -> Sums:
        rows = tally.gather(tally.branches(self.scope.tickets(), [self.scope.period]))
        return Sums.total(tally.sums(rows).values())

    def tickets(self) -> TicketQuerySet:
        """Open at any time in these days, the first reported first."""
        period = self.scope.period
        found = self.scope.tickets().filter(reported_at__lt=period.until)
        return found.filter(Q(resolved_at=None) | Q(resolved_at__gte=period.since)).order_by("reported_at", "pk")

    def full(self, tickets: TicketQuerySet) -> TicketQuerySet:
        """With all that is told of them, in three queries."""
        return (
            tickets.select_related("severity")
            .defer(*INTERNAL)
            .prefetch_related(
                Prefetch("clocks", Clock.objects.select_related("calendar").order_by("pk")),
                Prefetch("pauses", Pause.objects.select_related("by")),
            )
        )

    def page(self, number: Any) -> Any:
        return Paginator(self.full(self.tickets()), PER_PAGE).get_page(number)

    def issues(self, tickets: Iterable[Ticket]) -> list[Issue]:
        return [issue_of(ticket, self.scope.at) for ticket in tickets]

    def numbers(self) -> list[Number]:
        return numbers(self.sums)


def issue_of(ticket: Ticket, at: datetime) -> Issue:
    return Issue(ticket, lines_of(ticket, at))


def numbers(sums: Sums) -> list[Number]:
    return [
        _count("opened", _("Issues reported"), sums.opened),
        _count("resolved", _("Issues resolved"), sums.resolved),
        _mean("answered", _("Average time to the first answer"), sums.avg_response_seconds(), sums.answered),
        _mean("resolved", _("Average time to the resolution"), sums.avg_resolution_seconds(), sums.resolved),
        _met("response_met", _("First responses in time"), sums.response_met, sums.response_missed),
        _met("resolution_met", _("Resolutions in time"), sums.resolution_met, sums.resolution_missed),
        _met("update_met", _("Updates in time"), sums.update_met, sums.update_missed),
        _met("promise_met", _("Promises kept"), sums.promise_met, sums.promise_missed),
    ]


def _count(key: str, label: str, count: int) -> Number:
    return Number(key, label, str(count), "", count, "")


def _mean(key: str, label: str, seconds: float | None, count: int) -> Number:
    if seconds is None:
        return Number(key, label, str(NO_DATA), "", None, _("hours"))
    note = ngettext("of %(n)s issue", "of %(n)s issues", count) % {"n": count}
    return Number(key, label, span(seconds), note, round(seconds / 3600, 4), _("hours"))


def _met(key: str, label: str, met: int, missed: int) -> Number:
    whole = met + missed
    if not whole:
        return Number(key, label, str(NO_DATA), "", None, "%")
    note = _("%(met)s of %(all)s") % {"met": met, "all": whole}
    return Number(key, label, percent(met / whole), note, round(100 * met / whole, 2), "%")
