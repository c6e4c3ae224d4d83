"""The protocol's numbers against the same words in plain Python, ticket by ticket."""

from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import Any

import pytest
from django.db.models import F

from contacts.models import Customer
from escalations.models import Clock, Ticket
from metrics.kpis import Kpis, Period, kpis, month_start, month_to_date
from tests.metrics.desk import Desk

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PERIODS = {
    "this month": month_to_date(NOW),
    "ninety days": Period(NOW - 90 * DAY, NOW),
    "a week long ago": Period(NOW - 60 * DAY, NOW - 53 * DAY),
    "before the desk": Period(NOW - 4000 * DAY, NOW - 3900 * DAY),
}


def slowly(tickets: list[Ticket], period: Period) -> dict[str, Any]:
    def within(at: datetime | None) -> bool:
        return at is not None and period.since <= at < period.until

    answered = [t for t in tickets if within(t.acknowledged_at)]
    solved = [t for t in tickets if t.status in ("resolved", "closed") and within(t.resolved_at)]
    reported = [t for t in tickets if within(t.reported_at)]
    since = period.until - 365 * DAY
    customers = {t.customer for t in tickets if since <= t.reported_at < period.until}
    kept = [c for c in customers if c.churned_at is None or c.churned_at > period.until]
    first = datetime(2026, 11, 1, tzinfo=UTC)
    return {
        "active_escalations": sum(t.status not in ("resolved", "closed") for t in tickets),
        "avg_response_seconds": average((t.acknowledged_at - t.reported_at).total_seconds() for t in answered),
        "avg_resolution_seconds": average((t.resolved_at - t.reported_at).total_seconds() for t in solved),
        "resolution_rate": average(t.status in ("resolved", "closed") for t in reported),
        "critical_issues_mtd": sum(t.severity_id == "P1" and t.reported_at >= first for t in tickets),
        "customer_retention": len(kept) / len(customers) if customers else None,
        "sla_met_response": met(tickets, "response", within),
        "sla_met_resolution": met(tickets, "resolution", within),
    }


def average(values: Any) -> float | None:
    values = list(values)
    return mean(map(float, values)) if values else None


def met(tickets: list[Ticket], kind: str, within: Any) -> float | None:
    clocks = Clock.objects.filter(ticket__in=tickets, kind=kind)
    missed = [clock for clock in clocks if within(clock.breached_at)]
    in_time = [c for c in clocks if c.verdict == "met" and c.breached_at is None and within(c.stopped_at)]
    return len(in_time) / len(in_time + missed) if in_time + missed else None


@pytest.fixture
def desk(protocol: None) -> None:
    Desk(11, NOW).write(tickets=60)


def test_they_are_what_their_words_say(desk: None, django_assert_num_queries: Any) -> None:
    for name, period in PERIODS.items():
        for tickets in (Ticket.objects.all(), Ticket.objects.filter(severity="P2")):
            with django_assert_num_queries(1):
                found = kpis(tickets, period, NOW)
            expected = slowly(list(tickets.select_related("customer")), period)
            assert found.as_dict() == pytest.approx(expected), name


def test_the_desk_has_something_to_count(desk: None) -> None:
    """Or the comparison above would compare nothing with nothing."""
    found = kpis(Ticket.objects.all(), PERIODS["ninety days"], NOW).as_dict()
    assert None not in found.values()
    assert 0 not in found.values()
    for share in ("customer_retention", "sla_met_response", "sla_met_resolution", "resolution_rate"):
        assert 0 < found[share] < 1, share
    assert kpis(Ticket.objects.all(), PERIODS["a week long ago"], NOW).avg_resolution_seconds


def test_who_churned_later_counts_as_kept_at_the_time(desk: None) -> None:
    asked = Customer.objects.exclude(churned_at=None).filter(tickets__reported_at__lt=F("churned_at"))
    churned = asked.order_by("churned_at")[0]
    churned_tickets = Ticket.objects.filter(customer=churned)
    reported = churned_tickets.order_by("reported_at")[0].reported_at
    before = Period(reported, churned.churned_at - timedelta.resolution)
    assert kpis(churned_tickets, before, NOW).customer_retention == 1
    assert kpis(churned_tickets, Period(reported, churned.churned_at), NOW).customer_retention == 0


@pytest.mark.django_db
def test_with_no_data_a_number_is_none_and_never_zero() -> None:
    assert kpis(Ticket.objects.all(), month_to_date(NOW), NOW) == Kpis(0, None, None, None, 0, None, None, None)


def test_a_month_begins_where_the_site_is(settings: Any) -> None:
    settings.TIME_ZONE = "Australia/Sydney"
    assert month_start(datetime(2026, 10, 31, 14, 0, tzinfo=UTC)) == datetime(2026, 10, 31, 13, 0, tzinfo=UTC)
    assert month_start(datetime(2026, 10, 31, 12, 59, tzinfo=UTC)) == datetime(2026, 9, 30, 14, 0, tzinfo=UTC)
