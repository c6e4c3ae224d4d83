"""What `?expand=` brings along with a ticket: one more query for each name, whatever the number of tickets."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from config.rest.expand import Expansion, expanded
from contacts.api.customers import CustomerShape
from contacts.api.teams import TeamShape
from contacts.api.users import UserShape
from escalations.api.protocol import SeverityShape
from escalations.api.shapes import ClockShape, EscalationShape, EventShape, TicketShape
from escalations.models import Clock, Escalation, Event, Ticket

NEWEST_EVENTS, FIRST_RUNGS = 20, 50


class EveryClockShape(ClockShape):
    """One clock, past cycles too: a reopened ticket, or a new promise, begins another cycle."""

    cycle = serializers.IntegerField()


def _customers(tickets: QuerySet[Any]) -> QuerySet[Any]:
    return tickets.select_related("customer__team").prefetch_related("customer__contacts")


def _owners(tickets: QuerySet[Any]) -> QuerySet[Any]:
    return tickets.select_related("owner__team")


def _events(tickets: QuerySet[Any]) -> QuerySet[Any]:
    newest = Event.objects.select_related("clock", "actor").order_by("-at", "-pk")[:NEWEST_EVENTS]
    return tickets.prefetch_related(Prefetch("events", queryset=newest, to_attr="newest_events"))


def _rungs(tickets: QuerySet[Any]) -> QuerySet[Any]:
    first = Escalation.objects.select_related("taken_by").order_by("at", "pk")[:FIRST_RUNGS]
    return tickets.prefetch_related(Prefetch("escalations", queryset=first, to_attr="first_rungs"))


def _every_clock(ticket: Ticket) -> list[Clock]:
    clocks = sorted(ticket.clocks.all(), key=lambda clock: (clock.started_at, clock.pk))
    for clock in clocks:
        clock.ticket = ticket  # with its pauses, which are here already
    return clocks


EXPANSIONS = {
    "customer": Expansion(CustomerShape, lambda ticket: ticket.customer, _customers),
    "owner": Expansion(UserShape, lambda ticket: ticket.owner, _owners),
    "team": Expansion(TeamShape, lambda ticket: ticket.team),
    "severity": Expansion(SeverityShape, lambda ticket: ticket.severity),
    "clocks": Expansion(EveryClockShape, _every_clock, many=True),
    "events": Expansion(EventShape, lambda ticket: ticket.newest_events, _events, many=True),
    "escalations": Expansion(EscalationShape, lambda ticket: ticket.first_rungs, _rungs, many=True),
}


class FullTicketShape(TicketShape):
    expanded = expanded("TicketExpanded", EXPANSIONS)
