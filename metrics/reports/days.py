"""Which days a report is about: a month, a quarter, or any days, read from an address."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from contacts.models import Customer
from metrics.narrow import left_out
from metrics.period import ONE_DAY
from metrics.scope import EARLIEST, Scope

MONTH, QUARTER = re.compile(r"([0-9]{4})-([0-9]{2})"), re.compile(r"([0-9]{4})-Q([1-4])")
Days = tuple[date, date]


@dataclass(frozen=True)
class Choice:
    """A period that is offered; `query` asks for it."""

    label: str
    query: str
    current: bool


def scope_of(query: QueryDict, user: Any, customer: Customer, at: datetime) -> Scope:
    """`?month=2026-10`, `?quarter=2026-Q3`, or `?from=&to=`; without any, the month that is over. Never raises: what is
    not understood is left out, and the notes say so."""
    plain, notes = QueryDict(mutable=True), []
    for name in ("from", "to", "zone"):
        if given := query.get(name):
            plain[name] = given
    for name, days_in in (("month", _month), ("quarter", _quarter)):
        given = query.get(name, "").strip()[:20]
        found = days_in(given)
        if found:
            plain["from"], plain["to"] = (day.isoformat() for day in found)
        elif given:
            notes.append(left_out(name, given))
    scope = Scope.read(plain, user, at)
    if scope.span != "custom":
        first, last = month_before(scope.today)
        scope = scope.changed(first=first, last=last)
    return replace(scope, customer=customer, notes=(*notes, *scope.notes))


def choices(scope: Scope) -> list[Choice]:
    this = scope.today.replace(day=1)
    last = month_before(scope.today)[0]
    quarter = quarter_of(scope.today)
    quarter_before = quarter_of(quarter[0] - ONE_DAY)
    offered: list[tuple[str, str, Days]] = [
        (_("This month"), f"month={this:%Y-%m}", (this, scope.today)),
        (_("Last month"), f"month={last:%Y-%m}", month_before(scope.today)),
        (_("This quarter"), f"quarter={_called(quarter)}", (quarter[0], scope.today)),
        (_("Last quarter"), f"quarter={_called(quarter_before)}", quarter_before),
    ]
    return [Choice(label, query, (scope.first, scope.last) == days) for label, query, days in offered]


def month_before(day: date) -> Days:
    last = day.replace(day=1) - ONE_DAY
    return last.replace(day=1), last


def month_of(day: date) -> Days:
    return day.replace(day=1), (day.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY


def quarter_of(day: date) -> Days:
    first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return first, month_of(first.replace(month=first.month + 2))[1]


def _called(quarter: Days) -> str:
    return f"{quarter[0]:%Y}-Q{(quarter[0].month + 2) // 3}"


def _month(text: str) -> Days | None:
    return _read(MONTH, text, lambda year, month: month_of(date(year, month, 1)))


def _quarter(text: str) -> Days | None:
    return _read(QUARTER, text, lambda year, number: quarter_of(date(year, 3 * number, 1)))


def _read(shape: re.Pattern[str], text: str, days: Callable[[int, int], Days]) -> Days | None:
    match = shape.fullmatch(text)
    try:
        found = days(int(match[1]), int(match[2])) if match else None
    except (ValueError, OverflowError):
        return None
    return found if found and EARLIEST.year <= found[0].year < 2200 else None
