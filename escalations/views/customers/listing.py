"""All customers: who they are, how they fare, what is open, what is at stake."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contacts.models import Customer
from escalations.access import customers_for
from escalations.customer_filters import CustomerFilters
from escalations.customers import open_issues, stakes

PAGE_SIZE = 50
# (label, order, the order the other way round, class); a column without an order has none
COLUMNS = [
    (_("Customer"), "", "-name", ""),
    (_("Health"), "health", "-health", ""),
    (_("Open issues"), "issues", "-issues", ""),
    (_("Annual value"), "value", "-value", "right"),
    (_("Renewal"), "renewal", "-renewal", ""),
    (_("Team"), None, None, ""),
]


@dataclass(frozen=True)
class Row:
    """`open` are (severity, how many); `days_left` to the renewal, below zero when it has passed."""

    customer: Customer
    open: list[tuple[str, int]]
    days_left: int | None

    @property
    def count(self) -> int:
        return sum(n for _severity, n in self.open)

    @property
    def days_past(self) -> int:
        return -(self.days_left or 0)


class Pages(Paginator):
    """Counted already, with the stakes."""

    def __init__(self, customers: QuerySet[Customer], total: int) -> None:
        super().__init__(customers, PAGE_SIZE)
        self.count = total


@login_required
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    filters = CustomerFilters(request.GET)
    filters.offer()
    found = filters.apply(customers_for(request.user))
    at_stake = stakes(found)
    page = Pages(found.select_related("team"), sum(stake.customers for stake in at_stake)).get_page(
        request.GET.get("page")
    )
    context = {
        "filters": filters,
        "page": page,
        "rows": rows_of(page.object_list, localdate()),
        "stakes": at_stake,
        "at_risk": [stake for stake in at_stake if stake.customers_at_risk],
        "customers_at_risk": sum(stake.customers_at_risk for stake in at_stake),
        "columns": _columns(filters.cleaned_data.get("ordering", "")),
        "kept": request.GET.urlencode(),
    }
    return render(request, "escalations/customers/list.html", context)


def rows_of(customers: Iterable[Customer], today: date) -> list[Row]:
    customers = list(customers)
    issues = open_issues([customer.pk for customer in customers])
    return [Row(customer, issues.get(customer.pk, []), days_left(customer, today)) for customer in customers]


def days_left(customer: Customer, today: date) -> int | None:
    """Until the renewal; None without one, or for a customer that has left."""
    if not customer.renewal_on or customer.is_churned:
        return None
    return (customer.renewal_on - today).days


def _columns(ordering: str) -> list[dict[str, Any]]:
    """`order` is what pressing the head leads to; `sorted` what a screen reader says of it."""
    return [
        {
            "label": label,
            "has_order": order is not None,
            "order": back if ordering == order else order,
            "sorted": {order: "ascending", back: "descending"}.get(ordering, "") if order is not None else "",
            "class": css,
        }
        for label, order, back, css in COLUMNS
    ]
