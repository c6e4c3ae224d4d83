"""What happened to all tickets, for programs that keep a history of their own."""

import json
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from config.rest.expand import Expand, Expansion, brought_along, expanded
from config.rest.export import LINES, RENDERERS, TABLE, Export, streamed
from config.rest.fields import Choice, Line, Moment
from config.rest.query import Many, Order
from config.rest.serializers import Query
from config.rest.views import Listed, Noun, PageQuery, Retrieved
from escalations import access
from escalations.api.shapes import EventShape, TicketLineShape
from escalations.enums import EventKind
from escalations.models import Event, Ticket
from escalations.models.ticket import FIRST_NUMBER, primary_key_of

# In the order in which they were written, which the primary key keeps.
ORDERS = {"-recorded": ("-pk",), "recorded": ("pk",)}


def _tickets(events: Any) -> Any:
    return events.prefetch_related(Prefetch("ticket", queryset=Ticket.objects.for_list()))


EXPANSIONS = {"ticket": Expansion(TicketLineShape, lambda event: event.ticket, _tickets)}


class DeskEventShape(EventShape):
    """An event, with the ticket that it belongs to."""

    ticket = serializers.SerializerMethodField(help_text="The ticket's number.")
    expanded = expanded("EventExpanded", EXPANSIONS)

    def get_ticket(self, event: Event) -> str:
        return f"ESC-{FIRST_NUMBER + event.ticket_id}"


class EventLineShape(DeskEventShape):
    expanded = None


class EventFilters(Query):
    ticket = Line(required=False, max_length=30, help_text="A ticket's number.")
    kind = Many(child=Choice(EventKind.choices), required=False)
    since = Moment(required=False, help_text="Recorded then or later.")
    before = Moment(required=False, help_text="Recorded earlier.")


class EventQuery(EventFilters, PageQuery):
    expand = Expand(*EXPANSIONS)
    ordering = Order(list(ORDERS), required=False, help_text="The newest come first, if not given.")


class OneEventQuery(Query):
    expand = Expand(*EXPANSIONS)


class EventExportQuery(EventFilters):
    format = Export()


class Events(Listed, Retrieved, Noun):
    """What happened to all tickets. Nothing is ever changed or taken away here."""

    shape = DeskEventShape
    asks = {"list": EventQuery, "retrieve": OneEventQuery, "export": EventExportQuery}
    orders = ORDERS
    queryset = Event.objects.all()
    lookup_field = "uid"
    lookup_value_regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def get_queryset(self) -> Any:
        visible = access.tickets_for(self.request.user)
        events = Event.objects.select_related("clock", "actor").filter(ticket__in=visible.values("pk"))
        events = brought_along(events, EXPANSIONS, self.query.get("expand") or [])
        return events.filter(**self._asked())

    def _asked(self) -> dict[str, Any]:
        columns = {"kind": "kind__in", "since": "at__gte", "before": "at__lt"}
        asked = {column: self.query[name] for name, column in columns.items() if name in self.query}
        if "ticket" in self.query:
            asked["ticket"] = primary_key_of(self.query["ticket"])
        return asked

    @extend_schema(responses={(200, LINES): OpenApiTypes.STR, (200, TABLE): OpenApiTypes.STR})
    @action(detail=False, renderer_classes=RENDERERS)
    def export(self, request: Request) -> Any:
        """All that the filters find, streamed: an event a line, in the order in which they were written."""
        shown = EventLineShape(context=self.get_serializer_context()).to_representation
        kind = self.query.get("format")
        return streamed(request, self.get_queryset(), shown, kind=kind, name="events", as_cells=_as_cells)


def _as_cells(row: dict[str, Any]) -> dict[str, Any]:
    """Each kind of event has data of its own: one column of JSON."""
    return {**row, "data": json.dumps(row["data"], ensure_ascii=False) if row["data"] else ""}
