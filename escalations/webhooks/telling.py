"""Writing deliveries: in the transaction of the events that they tell, for all endpoints in one statement.

A sweep or a verb asks once which endpoints there are. Only where one of them wants one of the events, the issues are
written out, with four queries for any number of them.
"""

import copy
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from config.rest.fields import iso
from contacts.matrix import Matrix
from escalations.enums import EventKind
from escalations.models.clock import Clock
from escalations.models.event import Event
from escalations.models.ticket import Ticket
from escalations.webhooks.kinds import name_of
from escalations.write_back import insert
from templates_app.models import WebhookDelivery, WebhookEndpoint
from templates_app.webhooks.deliveries import forget
from templates_app.webhooks.endpoints import live

LONGEST = 2000  # characters of one text; what is cut ends in …
MOST = 100  # members of one list or object that an event brings along


def announce(events: Sequence[Event], at: datetime, matrix: Callable[[], Matrix]) -> None:
    """Queue what the endpoints want of `events`, whose tickets are as they are after them."""
    if not events:
        return
    if erased := [event.ticket.number for event in events if event.kind == EventKind.ERASED]:
        forget(erased)
    endpoints = live()
    wanted = [(endpoint, event) for event in events for endpoint in endpoints if wants(endpoint, event)]
    if not wanted:
        return
    tickets = _written({event.ticket_id: event.ticket for _endpoint, event in wanted}, at, matrix)
    bodies = {event.uid: _body(event, tickets[event.ticket_id]) for _endpoint, event in wanted}
    insert(
        [
            WebhookDelivery(
                endpoint=endpoint,
                uid=event.uid,
                kind=name_of(event.kind),
                about=event.ticket.number,
                body=bodies[event.uid],
                created_at=at,
                next_try_at=at,
            )
            for endpoint, event in wanted
        ]
    )


def wants(endpoint: WebhookEndpoint, event: Event) -> bool:
    if endpoint.kinds and name_of(event.kind) not in endpoint.kinds:
        return False
    return may_know(endpoint, event.ticket)


def may_know(endpoint: WebhookEndpoint, ticket: Ticket) -> bool:
    """Whether the issue is any of its business, as the issue is now."""
    if endpoint.team_id and ticket.team_id != endpoint.team_id:
        return False
    return endpoint.with_confidential or not ticket.confidential


def _body(event: Event, ticket: dict[str, Any]) -> dict[str, Any]:
    from escalations.api.shapes import EventShape  # reads the forecast, which reads the journal, which calls us

    told = _bounded(EventShape(event).to_representation(event))
    return {"type": name_of(event.kind), "timestamp": iso(event.at), "data": {"event": told, "ticket": ticket}}


def _written(tickets: dict[int, Ticket], at: datetime, matrix: Callable[[], Matrix]) -> dict[int, dict[str, Any]]:
    """The tickets as the API writes them, with bounded texts."""
    from escalations.api.shapes import TicketShape

    rows = [_aside(ticket) for ticket in tickets.values()]
    clocks = Clock.objects.select_related("calendar", "protocol").defer("protocol__content")
    related = ("customer", "owner", "severity__calendar", "severity__response_calendar")
    prefetch_related_objects(rows, *related, Prefetch("clocks", queryset=clocks), "pauses")
    shape = TicketShape(context={"at": at})
    shape.__dict__["matrix"] = matrix()  # read already where a ladder stepped
    return {row.pk: _bounded(shape.to_representation(row)) for row in rows}


def _aside(ticket: Ticket) -> Ticket:
    """A copy, on which can be fetched what whoever works on the ticket must not find fetched."""
    row = copy.copy(ticket)
    row._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    return row


def _bounded(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
    if isinstance(value, dict):
        return {str(name): _bounded(inner) for name, inner in list(value.items())[:MOST]}
    if isinstance(value, list | tuple):
        return [_bounded(inner) for inner in value[:MOST]]
    return value
