"""The dashboard's table: the same sums by severity, team, owner, customer or kind of cause."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F
from django.utils.translation import gettext as _

from contacts.models import Customer, Team, User
from escalations.enums import RootCause
from escalations.models.ticket import TicketQuerySet
from metrics.narrow import UNNAMED
from metrics.scope import NOBODY, Params, Scope
from metrics.sums import Sums


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
class Stakes:
    """What is open now, by the table's key: how many, and what the customers are worth, each of them once."""

    open: dict[str, int] = field(default_factory=dict)
    value: dict[str, Decimal] = field(default_factory=dict)
    at_risk: Decimal = Decimal(0)

    @classmethod
    def of(cls, tickets: TicketQuerySet, by: str, currency: str) -> "Stakes":
        """One query. Amounts of other currencies are never added."""
        rows = tickets.filter(resolved_at=None).order_by().values_list(by, "customer")
        worth = rows.annotate(n=Count("pk"), value=F("customer__annual_value"), currency=F("customer__currency"))
        found, seen = cls(), set()
        for key, customer, number, value, theirs in worth:
            name = "" if key is None else str(key)
            found.open[name] = found.open.get(name, 0) + number
            if theirs != currency or value is None:
                continue
            found.value[name] = found.value.get(name, Decimal(0)) + value
            if customer not in seen:
                seen.add(customer)
                found.at_risk += value
        return found


def table(scope: Scope, sums: Mapping[str, Sums], stakes: Stakes) -> list[TableRow]:
    """The busiest rows first; severities in their order. One query for the names, if any are needed."""
    keys = {key for key, each in sums.items() if each} | {key for key, number in stakes.open.items() if number}
    names = _names(scope.by, [key for key in keys if key])
    rows = [
        TableRow(
            key,
            str(names[key][0]) if key in names else key or _nobody(scope.by),
            sums.get(key, Sums()),
            stakes.open.get(key, 0),
            stakes.value.get(key, Decimal(0)),
            [(scope.by, names[key][1] if key in names else key or NOBODY)],
        )
        for key in keys
    ]
    if scope.by == "severity":
        return sorted(rows, key=lambda row: row.key)
    return sorted(rows, key=lambda row: (-row.sums.opened, -row.open, row.label.casefold()))


def _names(by: str, keys: Iterable[str]) -> dict[str, tuple[Any, str]]:
    """{key: (what people call it, what an address calls it)}"""
    keys = list(keys)
    match by:
        case "team":
            found: Iterable[Any] = Team.objects.filter(pk__in=keys) if keys else ()
            return {str(row.pk): (row.name, row.slug) for row in found}
        case "customer":
            found = Customer.objects.filter(pk__in=keys).only("name", "slug") if keys else ()
            return {str(row.pk): (row.name, row.slug) for row in found}
        case "owner":
            found = User.objects.filter(pk__in=keys) if keys else ()
            return {str(row.pk): (row.name, row.username) for row in found}
        case "cause":
            return {value: (label, value) for value, label in RootCause.choices}
    return {}


def _nobody(by: str) -> str:
    words = {"team": _("No team"), "owner": _("Nobody"), "cause": _("Not named")}
    return words.get(by, "–")


assert NOBODY == UNNAMED  # one word in addresses
