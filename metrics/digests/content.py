"""What an overview says, in the words and the zone that are active: dictionaries that a message can carry.

Each is {"title", "intro", "cards", "sections", "button", "path"}; a card is {"label", "value", "note", "path"}, a
section {"heading", "rows", "more"}, a row {"text", "detail", "path", "late"}.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.figures import dated, money
from config.templatetags.ui import clock_time, span
from escalations.access import tickets_for
from escalations.models import Ticket
from escalations.models.ticket import TicketQuerySet
from escalations.views.rows import bounds
from metrics.digests.cards import cards
from metrics.kpis import kpis
from metrics.scope import Scope

MOST = 10  # rows of a section; the rest is counted
WEEK = timedelta(days=7)
Content = dict[str, Any]


def mine(user: Any, at: datetime) -> Content | None:
    """What is open and theirs; None if nothing is: an empty overview is noise."""
    own = tickets_for(user).open_ones().filter(owner=user)
    groups = _by_urgency(own, at)
    if not groups["open"]:
        return None
    count = groups["open"]
    late = groups["late"]
    title = ngettext("%(n)s open issue is yours", "%(n)s open issues are yours", count) % {"n": count}
    return {
        "title": title + (", " + _("%(n)s overdue") % {"n": late} if late else ""),
        "intro": _intro(groups),
        "cards": [],
        "sections": [_section(_("What runs out first"), own.order_by(*_BY_DUE), count, at)],
        "button": _("Open my queue"),
        "path": "/?tab=mine",
    }


def morning(user: Any, at: datetime) -> Content:
    """What a manager asks first: who is told and has not taken it, what is late, what is nobody's."""
    team = tickets_for(user).open_ones()
    team = team.filter(team=user.team_id) if user.team_id else team
    groups = _by_urgency(team, at)
    untaken = team.filter(level__gte=2, taken_at=None).order_by("-level", *_BY_DUE)
    late = team.filter(next_due_at__lt=at).order_by(*_BY_DUE)
    unowned = team.filter(owner=None).order_by(*_BY_DUE)
    new = team.filter(created_at__gte=at - timedelta(days=1)).count()
    sections = [
        _section(_("Escalated, and nobody has it"), untaken, untaken.count(), at),
        _section(_("Overdue"), late, groups["late"], at),
        _section(_("Nobody’s yet"), unowned, unowned.count(), at),
    ]
    return {
        "title": ngettext("%(n)s open issue this morning", "%(n)s open issues this morning", groups["open"])
        % {"n": groups["open"]},
        "intro": _intro(groups)
        + " "
        + ngettext("%(n)s came in since yesterday.", "%(n)s came in since yesterday.", new) % {"n": new},
        "cards": [],
        "sections": [section for section in sections if section["rows"]],
        "button": _("Open the queue"),
        "path": "/?tab=team",
    }


def weekly(user: Any, at: datetime) -> Content:
    """The protocol's numbers of the week that is over beside those of the week before, and the gravest open issues. It
    is sent when there is nothing to report as well: silence must mean a fault."""
    scope = last_week(user, at)
    tickets = scope.tickets()
    now, before = kpis(tickets, scope.period, at), kpis(tickets, scope.before, at)
    gravest = tickets.open_ones().filter(Q(level__gte=3) | Q(severity="P1"))
    by_value = gravest.order_by("-level", F("customer__annual_value").desc(nulls_last=True), "pk")
    count = gravest.count()
    if count:
        intro = ngettext(
            "%(n)s open issue is critical, or has reached level 3.",
            "%(n)s open issues are critical, or have reached level 3.",
            count,
        ) % {"n": count}
    else:
        intro = _("No open issue is critical, and none has reached level 3.")
    section = _section(_("The gravest open issues"), by_value, count, at)
    days = {"first": dated(scope.first, "j M"), "last": dated(scope.last)}
    return {
        "title": _("Escalations in the week of %(first)s to %(last)s") % days,
        "intro": intro,
        "cards": cards(scope, now, before, _the_week_before),
        "sections": [section] if section["rows"] else [],
        "button": _("Open the dashboard"),
        "path": scope.url(),
    }


def last_week(user: Any, at: datetime) -> Scope:
    """Monday to Sunday of the reader's own zone, the latest that is over."""
    scope = Scope.read(QueryDict(), user, at)
    monday = scope.today - timedelta(days=scope.today.weekday())
    return scope.changed(first=monday - WEEK, last=monday - timedelta(days=1))


def _the_week_before(value: str | None) -> str:
    return _("none the week before") if value is None else _("%(value)s the week before") % {"value": value}


_BY_DUE = (F("next_due_at").asc(nulls_last=True), "pk")


def _by_urgency(tickets: TicketQuerySet, at: datetime) -> dict[str, int]:
    limits = bounds(at)
    return tickets.order_by().aggregate(
        open=Count("pk"),
        late=Count("pk", filter=Q(next_due_at__lt=limits["late"])),
        today=Count("pk", filter=Q(next_due_at__gte=limits["late"], next_due_at__lt=limits["today"])),
        paused=Count("pk", filter=Q(next_due_at=None)),
    )


def _intro(groups: dict[str, int]) -> str:
    return _("%(late)s overdue, %(today)s due today, %(paused)s paused.") % groups


def _section(heading: str, tickets: TicketQuerySet, count: int, at: datetime) -> dict[str, Any]:
    rows = tickets.select_related("customer", "severity")[:MOST]
    more = max(0, count - MOST)
    return {
        "heading": heading,
        "rows": [_row(ticket, at) for ticket in rows],
        "more": ngettext("And %(n)s more.", "And %(n)s more.", more) % {"n": more} if more else "",
    }


def _row(ticket: Ticket, at: datetime) -> dict[str, Any]:
    customer = ticket.customer
    worth = money(customer.annual_value, customer.currency) if customer.annual_value else ""
    facts: Iterable[str] = (ticket.number, customer.name, worth, _due(ticket, at))
    return {
        "text": f"{ticket.severity_id} {ticket.subject}",
        "detail": " · ".join(fact for fact in facts if fact),
        "path": ticket.get_absolute_url(),
        "late": bool(ticket.next_due_at and ticket.next_due_at <= at),
    }


def _due(ticket: Ticket, at: datetime) -> str:
    if ticket.next_due_at is None:
        return _("paused")
    if ticket.next_due_at <= at:
        return _("overdue for %(span)s") % {"span": span(at - ticket.next_due_at)}
    return _("due %(when)s") % {"when": clock_time(ticket.next_due_at, at)}
