"""Tickets: log, list, read, correct, and a sub-route for each verb."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from config.rest.conditional import not_modified, tag_of
from config.rest.expand import brought_along
from config.rest.export import LINES, RENDERERS, TABLE, streamed
from config.rest.permissions import Works
from config.rest.serializers import Empty
from config.rest.views import Listed, Noun, Retrieved
from escalations import access
from escalations.api import around, bodies, shapes
from escalations.api.expansions import EXPANSIONS, FullTicketShape
from escalations.api.filters import ORDERS, ExportQuery, OneTicketQuery, TicketQuery, filtered
from escalations.audit.evidence import evidence, to_prove
from escalations.forecast import forecast
from escalations.models import Ticket
from escalations.models.ticket import TicketQuerySet, primary_key_of
from escalations.sight import must_keep
from templates_app.api.notifications import NotificationShape
from templates_app.models import Notification

FORECAST_LENGTH = 12

VERBS: dict[str, type[BaseSerializer[Any]]] = {
    "acknowledge": bodies.AcknowledgeBody,
    "assign": bodies.AssignBody,
    "change_severity": bodies.RegradeBody,
    "wait": bodies.ReasonBody,
    "resume": Empty,
    "note": bodies.NoteBody,
    "send_update": bodies.UpdateBody,
    "escalate": bodies.EscalateBody,
    "take": Empty,
    "hold": Empty,
    "de_escalate": bodies.ReasonBody,
    "resolve": bodies.ResolveBody,
    "reopen": bodies.ReasonBody,
    "close": bodies.CloseBody,
    "make_confidential": bodies.KindBody,
    "make_open": bodies.MakeOpenBody,
    "let_see": bodies.LetSeeBody,
    "unlet_see": bodies.UnletSeeBody,
    **around.BODIES,
}


def verb(name: str, does: str = "", *, keeping: bool = False) -> Callable[..., Response]:
    """POST `name`/: the ticket's verb of that name (or `does`), and the ticket as it is afterwards. `keeping`: only for
    those who decide who sees it."""

    def run(self: "Tickets", request: Request, number: str) -> Response:
        ticket = access.ticket_or_404(request.user, number)
        if keeping:
            must_keep(request.user, ticket)
        given = self.body().validated_data
        getattr(ticket, does or name)(by=request.user, at=self.at, **given)
        return self.shown_anew(ticket)

    run.__name__ = name
    run.__doc__ = (getattr(Ticket, does or name).__doc__ or "").strip()
    return action(detail=True, methods=["post"])(run)


class Tickets(around.Around, Listed, Retrieved, Noun):
    """Customer escalations."""

    shape = FullTicketShape
    takes = {"create": bodies.TicketBody, "partial_update": bodies.TicketEdit, **VERBS}
    asks = {"list": TicketQuery, "retrieve": OneTicketQuery, "export": ExportQuery}
    gives = {
        "events": shapes.EventShape,
        "escalations": shapes.EscalationShape,
        "notifications": NotificationShape,
        "forecast": shapes.ForecastShape,
        "people": shapes.AccessShape,
        **around.LISTS,
    }
    listed = {"list", *gives}
    orders = ORDERS
    permission_classes = [Works]
    lookup_field = "number"
    lookup_value_regex = "[A-Za-z0-9-]{1,30}"
    queryset = Ticket.objects.all()

    def get_queryset(self) -> QuerySet[Any]:
        tickets = access.tickets_for(self.request.user).for_list()
        tickets = brought_along(tickets, EXPANSIONS, self.query.get("expand", []))
        return filtered(tickets, self.query, self.at) if self.action in ("list", "export") else tickets

    def tag(self, ticket: Ticket, data: Any = None) -> str:
        """Of its own columns and the seal of its newest event, which every change of a clock or a rung comes with. What
        only the time changes (`elapsed_seconds`, `next_event`) is not in it, but whether a clock is past due is."""
        shown = (ticket.number, ticket.customer.slug, ticket.subject, ticket.description, ticket.severity_id)
        shown += (ticket.status, ticket.owner.username if ticket.owner else None, ticket.team_id, ticket.tags)
        shown += (ticket.reporter_name, ticket.reporter_email, ticket.level, ticket.confidential, ticket.next_due_at)
        is_overdue = bool(ticket.next_due_at and ticket.next_due_at < self.at)
        return tag_of([*shown, is_overdue, ticket.last_seal])

    def bare(self) -> Ticket:
        mine = access.tickets_for(self.request.user).select_related("customer", "owner")
        return access.ticket_or_404(self.request.user, self.kwargs["number"], mine)

    def hold_row(self) -> None:
        list(Ticket.objects.select_for_update().filter(pk=primary_key_of(self.kwargs["number"])).values_list("pk"))

    def retrieve(self, request: Request, number: str) -> Response:
        """One issue. With `If-None-Match` it costs little to say that nothing happened."""
        is_plain = "If-None-Match" in request.headers and not self.query.get("expand")
        if is_plain and self.is_known(tag := self.tag(self.bare())):
            return not_modified(tag)
        return self.shown(self.get_object())

    def get_object(self) -> Ticket:
        return access.ticket_or_404(self.request.user, self.kwargs["number"], self.get_queryset())

    @extend_schema(responses={(200, LINES): OpenApiTypes.STR, (200, TABLE): OpenApiTypes.STR})
    @action(detail=False, renderer_classes=RENDERERS)
    def export(self, request: Request) -> Any:
        """All that the filters find, streamed: a ticket a line, oldest first, as CSV or as newline-delimited JSON."""
        shown = shapes.TicketLineShape(context=self.get_serializer_context()).to_representation
        kind = self.query.get("format")
        return streamed(request, self.get_queryset(), shown, kind=kind, name="tickets", as_cells=shapes.as_cells)

    def create(self, request: Request) -> Response:
        """Log an issue. Its clocks start with the report."""
        given = self.body().validated_data
        ticket = Ticket.objects.open(by=request.user, at=self.at, source="api", **given)
        response = self.shown_anew(ticket, status=201)
        response["Location"] = f"{request.path}{ticket.number}/"
        return response

    def partial_update(self, request: Request, number: str) -> Response:
        """Correct what was logged. What changes the clocks or the ladder has a verb of its own."""
        ticket = access.ticket_or_404(request.user, number)
        ticket.edit(by=request.user, at=self.at, **self.body(partial=True).validated_data)
        return self.shown_anew(ticket)

    def shown_anew(self, ticket: Ticket, status: int = 200) -> Response:
        """As what was asked for left it: whoever gave it away, and does not see it any more, is still told that."""
        rows: TicketQuerySet = Ticket.objects.get_queryset()
        where = {"Content-Location": f"{reverse('api-tickets-list')}{ticket.number}/"}
        return self.shown(rows.for_list().get(pk=ticket.pk), status=status, **where)

    @action(detail=True)
    def events(self, request: Request, number: str) -> Response:
        """All that happened, newest first."""
        return self.page(self.plain().events.select_related("clock", "actor"))

    @action(detail=True)
    def escalations(self, request: Request, number: str) -> Response:
        """Every rung that was told, oldest first."""
        return self.page(self.plain().escalations.select_related("taken_by"))

    @action(detail=True)
    def notifications(self, request: Request, number: str) -> Response:
        """Every message about it, newest first."""
        return self.page(Notification.objects.filter(about=self.plain().number))

    @action(detail=True)
    def people(self, request: Request, number: str) -> Response:
        """Who may see it by name: all who see a confidential one."""
        return self.page(self.plain().access.select_related("user", "named_by"))

    @action(detail=True)
    def forecast(self, request: Request, number: str) -> Response:
        """What happens, and who will be told, if nobody acts."""
        return self.page_of_all(forecast(self.get_object(), self.at, FORECAST_LENGTH))

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True)
    def evidence(self, request: Request, number: str) -> Response:
        """All facts of it with the seals of its events, and how to verify them."""
        proven = to_prove(access.tickets_for(request.user))
        return Response(evidence(access.ticket_or_404(request.user, number, proven), self.at))

    acknowledge, assign, change_severity = verb("acknowledge"), verb("assign"), verb("change_severity")
    wait, resume, note, send_update = verb("wait"), verb("resume"), verb("note"), verb("send_update")
    escalate, take, de_escalate = verb("escalate"), verb("take"), verb("de_escalate")
    hold = verb("hold", does="hold_ladder")
    resolve, reopen, close = verb("resolve"), verb("reopen"), verb("close")
    make_confidential, make_open = verb("make_confidential", keeping=True), verb("make_open", keeping=True)
    let_see, unlet_see = verb("let_see", keeping=True), verb("unlet_see", keeping=True)

    def plain(self) -> Ticket:
        return access.ticket_or_404(self.request.user, self.kwargs["number"])

    def page_order(self) -> tuple[str, ...]:
        newest_first, oldest_first = ("-at", "-pk"), ("at", "pk")
        own = {
            "events": newest_first,
            "escalations": oldest_first,
            "people": oldest_first,
            "notifications": ("-created_at", "-pk"),
        }
        return own.get(self.action) or super().page_order()
