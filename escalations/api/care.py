"""After the fix: what is to be done, and how the customer fares. Read and written as their ticket is."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, Q
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.rest.expand import Expand, Expansion, brought_along, expanded
from config.rest.fields import Choice, Day, Line, Moment, Named, Text
from config.rest.permissions import Works
from config.rest.query import Many
from config.rest.serializers import Query, Strict
from config.rest.views import Listed, Noun, PageQuery, Retrieved
from contacts.api.users import UserShape
from contacts.models import User
from contacts.models.customers import Health
from escalations import access
from escalations.api.around import Numbered
from escalations.api.bodies import people
from escalations.api.shapes import TicketLineShape
from escalations.models import ActionItem, CheckIn, Ticket
from escalations.models.ticket import FIRST_NUMBER, primary_key_of
from escalations.verbs.actions import LONGEST

OPEN = Q(done_at=None, dropped_at=None)
STATES = {"open": OPEN, "done": Q(done_at__isnull=False), "dropped": Q(dropped_at__isnull=False)}
DUE = Q(done_at=None, cancelled_at=None)
CHECKS = {"open": DUE, "done": Q(done_at__isnull=False), "cancelled": Q(cancelled_at__isnull=False)}


def _tickets(rows: Any) -> Any:
    return rows.prefetch_related(Prefetch("ticket", queryset=Ticket.objects.for_list()))


TICKET = {"ticket": Expansion(TicketLineShape, lambda row: row.ticket, _tickets)}
OF_ACTIONS = TICKET | {
    "owner": Expansion(UserShape, lambda row: row.owner, lambda rows: rows.select_related("owner__team"))
}


class OfTicket(serializers.Serializer[Any]):
    ticket = serializers.SerializerMethodField(help_text="The ticket's number.")

    def get_ticket(self, row: Any) -> str:
        return f"ESC-{FIRST_NUMBER + row.ticket_id}"


class ActionItemShape(OfTicket):
    id = serializers.IntegerField()
    text = serializers.CharField()
    owner = serializers.CharField(source="owner.username")
    due_on = Day()
    state = serializers.SerializerMethodField()
    created_at = Moment()
    created_by = serializers.CharField(source="created_by.username")
    done_at = Moment(allow_null=True)
    done_by = serializers.CharField(source="done_by.username", allow_null=True, default=None)
    dropped_at = Moment(allow_null=True)
    expanded = expanded("ActionItemExpanded", OF_ACTIONS)

    @extend_schema_field({"enum": list(STATES)})
    def get_state(self, row: ActionItem) -> str:
        return "done" if row.done_at else "dropped" if row.dropped_at else "open"


class ActionItemEdit(Strict):
    text = Line(max_length=LONGEST)
    owner = Named("username", queryset=people())
    due_on = Day(help_text="They are reminded the day before, on the day, and then daily.")


class ActionItemBody(ActionItemEdit):
    ticket = Numbered()


class DropBody(Strict):
    reason = Text(required=False, allow_blank=True, default="")


class CareQuery(PageQuery):
    ticket = Line(required=False, max_length=30, help_text="A ticket's number.")


class ActionItemQuery(CareQuery):
    due_from = Day(required=False)
    due_before = Day(required=False)
    owner = Named("username", queryset=User.objects.all(), required=False)
    state = Many(child=Choice(list(STATES)), required=False)
    expand = Expand(*OF_ACTIONS)


class OneActionItemQuery(Query):
    expand = Expand(*OF_ACTIONS)


class CheckInQuery(CareQuery):
    due_from = Moment(required=False)
    due_before = Moment(required=False)
    owner = Named("username", queryset=User.objects.all(), required=False, help_text="Of the ticket.")
    state = Many(child=Choice(list(CHECKS)), required=False)
    expand = Expand(*TICKET)


class OneCheckInQuery(Query):
    expand = Expand(*TICKET)


class Care(Listed, Retrieved, Noun):
    """`states` maps what `?state=` may say to conditions; `due` and `owner` are the columns."""

    permission_classes = [Works]
    lookup_value_regex = "[0-9]{1,18}"
    states: Mapping[str, Q]
    due: str
    owner: str
    expansions: Mapping[str, Expansion]

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(ticket__in=access.tickets_for(self.request.user).values("pk"))
        rows = brought_along(rows, self.expansions, self.query.get("expand") or [])
        return self._filtered(rows) if self.action == "list" else rows

    def _filtered(self, rows: Any) -> Any:
        columns = {"owner": self.owner, "due_from": f"{self.due}__gte", "due_before": f"{self.due}__lt"}
        rows = rows.filter(**{column: self.query[name] for name, column in columns.items() if name in self.query})
        if "ticket" in self.query:
            rows = rows.filter(ticket=primary_key_of(self.query["ticket"]))
        if "state" in self.query:
            wanted = Q()
            for name in self.query["state"]:
                wanted |= self.states[name]
            rows = rows.filter(wanted)
        return rows

    def hold_row(self) -> None:
        """The ticket, as its verbs do."""
        mine = super().get_queryset().filter(pk=self.kwargs["pk"]).values("ticket")
        list(Ticket.objects.select_for_update().filter(pk__in=list(mine.values_list("ticket", flat=True))).values("pk"))

    def done(self, verb: str, row: Any, **given: Any) -> Any:
        ticket = access.ticket_or_404(self.request.user, f"ESC-{FIRST_NUMBER + row.ticket_id}")
        return getattr(ticket, verb)(by=self.request.user, at=self.at, **given)

    def anew(self, row: Any, status: int = 200, **headers: str) -> Response:
        return self.shown(self.get_queryset().get(pk=row.pk), status=status, **headers)


class ActionItems(Care):
    """What is to be done because of an issue, by whom, until when."""

    shape = ActionItemShape
    takes = {"create": ActionItemBody, "partial_update": ActionItemEdit, "drop": DropBody}
    asks = {"list": ActionItemQuery, "retrieve": OneActionItemQuery}
    orders = {"": ("due_on", "pk")}
    queryset = ActionItem.objects.select_related("owner", "created_by", "done_by")
    states, due, owner, expansions = STATES, "due_on", "owner", OF_ACTIONS

    def create(self, request: Request) -> Response:
        """Give somebody something to do; they are reminded of it."""
        given = dict(self.body().validated_data)
        row = given.pop("ticket").add_action(by=request.user, at=self.at, **given)
        return self.anew(row, 201, Location=f"{request.path}{row.pk}/")

    def partial_update(self, request: Request, **kwargs: str) -> Response:
        """Change what is to be done, by whom or until when. One that is done or dropped stays as it is (409)."""
        row = self.get_object()
        stands = {"text": row.text, "owner": row.owner, "due_on": row.due_on}
        self.done("edit_action", row, action=row, **stands | dict(self.body(partial=True).validated_data))
        return self.anew(row)

    @action(detail=True, methods=["post"])
    def finish(self, request: Request, **kwargs: str) -> Response:
        """It is done."""
        row = self.get_object()
        self.done("finish_action", row, action=row)
        return self.anew(row)

    @action(detail=True, methods=["post"])
    def drop(self, request: Request, **kwargs: str) -> Response:
        """It will not be done."""
        row = self.get_object()
        self.done("drop_action", row, action=row, **self.body().validated_data)
        return self.anew(row)


class CheckInShape(OfTicket):
    id = serializers.IntegerField()
    day = serializers.IntegerField(help_text="After the resolution.")
    due_at = Moment()
    done_at = Moment(allow_null=True)
    done_by = serializers.CharField(source="done_by.username", allow_null=True, default=None)
    health = serializers.ChoiceField([*Health.choices, ("", "")], help_text="Empty until somebody has looked.")
    note = serializers.CharField()
    cancelled_at = Moment(allow_null=True, help_text="The issue was opened again, or came back.")
    expanded = expanded("CheckInExpanded", TICKET)


class LookBody(Strict):
    health = Choice(Health.choices, help_text="It becomes the customer's. Red logs a new issue: it has come back.")
    note = Text(required=False, allow_blank=True, default="", max_length=4000, help_text="For yellow and red.")


class LookedShape(CheckInShape):
    relapse = serializers.CharField(source="relapse_number", allow_null=True, help_text="The new issue's number.")
    expanded = None


class CheckIns(Care):
    """How a customer fares after an issue was resolved."""

    shape = CheckInShape
    takes = {"look": LookBody}
    gives = {"look": LookedShape}
    asks = {"list": CheckInQuery, "retrieve": OneCheckInQuery}
    orders = {"": ("due_at", "pk")}
    queryset = CheckIn.objects.select_related("done_by")
    states, due, owner, expansions = CHECKS, "due_at", "ticket__owner", TICKET

    @action(detail=True, methods=["post"])
    def look(self, request: Request, **kwargs: str) -> Response:
        """Say how they fare. Once; red logs the relapse as a new issue, whose number comes back."""
        row = self.get_object()
        relapse = self.done("check_in", row, check_in=row, **self.body().validated_data)
        row = self.get_queryset().get(pk=row.pk)
        row.relapse_number = relapse.number if relapse else None
        return self.shown(row)
