"""What an issue cost, in figures that the post-mortem shows beside the words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.figures import money
from config.templatetags.ui import span
from escalations.enums import ClockKind
from escalations.models import Clock, Escalation


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    late: bool = False


def figures_of(ticket: Any, told: Sequence[Escalation], at: datetime) -> list[Figure]:
    """How long, how late each clock, how far up, how many people, what the customer is worth."""
    ends = ticket.resolved_at or at
    levels = sorted({int(each.level) for each in told if each.level.isdigit()})
    people = {person["email"] for each in told for person in each.contacts if person.get("email")}
    figures = [Figure(_("How long"), span(ends - ticket.reported_at)), *_clocks(ticket, at)]
    figures.append(Figure(_("Levels reached"), _levels(levels)))
    figures.append(Figure(_("People told"), str(len(people))))
    if ticket.customer.annual_value is not None:
        value = money(ticket.customer.annual_value, ticket.customer.currency)
        figures.append(Figure(_("Customer’s value"), _("%(value)s a year") % {"value": value}))
    return figures


def _clocks(ticket: Any, at: datetime) -> list[Figure]:
    by_kind: dict[str, list[Clock]] = {}
    for clock in ticket.clocks.all():
        clock.ticket = ticket
        by_kind.setdefault(clock.kind, []).append(clock)
    return [_clock(kind, by_kind[kind], at) for kind in ClockKind.values if kind in by_kind]


def _clock(kind: str, clocks: Sequence[Clock], at: datetime) -> Figure:
    label = str(ClockKind(kind).label)
    late = [_by_how_much(clock, at) for clock in clocks if clock.breached_at]
    if not late:
        return Figure(label, _("in time"))
    longest = span(max(late))
    if kind == ClockKind.UPDATE and len(clocks) > 1:
        words = ngettext("%(n)s late, by up to %(span)s", "%(n)s late, by up to %(span)s", len(late))
        return Figure(label, words % {"n": len(late), "span": longest}, late=True)
    return Figure(label, _("%(span)s late") % {"span": longest}, late=True)


def _by_how_much(clock: Clock, at: datetime) -> timedelta:
    """In the clock's own time: nights and pauses that it did not count are nobody's fault."""
    return max(clock.elapsed(at) - clock.budget, timedelta())


def _levels(levels: Sequence[int]) -> str:
    if not levels:
        return "1"
    return str(levels[-1]) if levels[-1] == 1 else _("up to %(level)s") % {"level": levels[-1]}
