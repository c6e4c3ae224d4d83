"""What the issues say of customers: how many are open, what is at stake. Sets in, sets out; no query a customer."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from contacts.models import Customer
from escalations.models import Ticket

GRAVE = ("P1", "P2")  # what puts a customer's value at risk


def has_open_issues(*severities: str) -> Exists:
    """Whether a customer has an open issue (of one of these severities, if any are named), for queries of customers."""
    tickets = Ticket.objects.open_ones().filter(customer=OuterRef("pk"))
    return Exists(tickets.filter(severity__in=severities) if severities else tickets)


def open_issues(customers: Collection[int]) -> dict[int, list[tuple[str, int]]]:
    """Of each customer: (severity, how many open issues), the gravest first; nothing for one without."""
    rows = Ticket.objects.open_ones().filter(customer__in=customers).order_by("customer", "severity")
    found: dict[int, list[tuple[str, int]]] = {}
    for customer, severity, count in rows.values_list("customer", "severity").annotate(n=Count("pk")):
        found.setdefault(customer, []).append((severity, count))
    return found


@dataclass(frozen=True)
class Stake:
    """What some customers pay a year in one currency, and how much of it has an open P1 or P2."""

    currency: str
    customers: int
    value: Decimal
    at_risk: Decimal
    customers_at_risk: int


def stakes(customers: QuerySet[Customer]) -> list[Stake]:
    """One for each currency, that of most customers first. Amounts of different currencies are never added."""
    at_risk = Q(is_at_risk=True)
    rows = (
        customers.order_by()
        .annotate(is_at_risk=has_open_issues(*GRAVE))
        .values("currency")
        .annotate(
            n=Count("pk"),
            value=Sum("annual_value"),
            risk=Sum("annual_value", filter=at_risk),
            n_risk=Count("pk", filter=at_risk),
        )
    )
    zero = Decimal(0)
    found = [Stake(row["currency"], row["n"], row["value"] or zero, row["risk"] or zero, row["n_risk"]) for row in rows]
    return sorted(found, key=lambda stake: (-stake.customers, stake.currency))
