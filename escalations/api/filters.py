"""What `GET /tickets/` may ask for."""

from datetime import datetime
from typing import Any

from config.rest.expand import Expand
from config.rest.export import Export
from config.rest.fields import Choice, Line, Moment, Named
from config.rest.query import Many, Number, Order, YesNo
from config.rest.serializers import Query
from config.rest.views import PageQuery
from contacts.models import Customer, Team, User
from escalations.api.expansions import EXPANSIONS
from escalations.enums import DONE, OPEN, Confidential, RootCause, Status
from escalations.models import Severity
from escalations.models.ticket import TicketQuerySet
from escalations.search import matching
from escalations.tagged import HasTag

ORDERS = {
    "-reported_at": ("-reported_at", "-pk"),
    "reported_at": ("reported_at", "pk"),
    "number": ("pk",),
    "-number": ("-pk",),
    "due_at": ("next_due_at", "pk"),
    "-due_at": ("-next_due_at", "-pk"),
    "severity": ("severity", "pk"),
    "-severity": ("-severity", "-pk"),
    "level": ("level", "pk"),
    "-level": ("-level", "-pk"),
}


GROUPS: dict[str, Any] = {"open": OPEN, "done": DONE}


class TicketFilters(Query):
    status = Many(child=Choice([*Status.values, *GROUPS]), required=False, help_text="Also `open` and `done`.")
    severity = Many(child=Named("code", queryset=Severity.objects.all()), required=False)
    customer = Named("slug", queryset=Customer.objects.all(), required=False)
    owner = Named("username", queryset=User.objects.all(), required=False)
    level = Many(child=Number(min_value=1, max_value=5), required=False)
    breached = YesNo(required=False, help_text="Whether any of its clocks was ever breached.")
    team = Named("slug", queryset=Team.objects.all(), required=False)
    confidential = Many(
        child=Choice([*Confidential.values, "any", "none"]), required=False, help_text="Also `any` and `none`."
    )
    tag = Line(required=False, max_length=40, help_text="One of its tags, capitals or not.")
    source = Many(child=Line(max_length=10), required=False, help_text="How it was logged: `web`, `api`, `mail` …")
    cause = Many(child=Choice(RootCause.choices), required=False, help_text="The kind of cause of a resolved one.")
    reported_from = Moment(required=False)
    reported_before = Moment(required=False)
    resolved_from = Moment(required=False)
    resolved_before = Moment(required=False)
    q = Line(required=False, max_length=200, help_text="A number, or words of the subject or the customer's name.")


class TicketQuery(TicketFilters, PageQuery):
    expand = Expand(*EXPANSIONS)
    ordering = Order(list(ORDERS), required=False, help_text="Newest reports first, if not given.")


class OneTicketQuery(Query):
    expand = Expand(*EXPANSIONS)


class ExportQuery(TicketFilters):
    format = Export()


def filtered(tickets: TicketQuerySet, query: dict[str, Any], at: datetime) -> TicketQuerySet:
    columns = {"severity": "severity__in", "level": "level__in"}
    columns |= {"customer": "customer", "owner": "owner", "team": "team", "source": "source__in", "cause": "cause__in"}
    columns |= {"reported_from": "reported_at__gte", "reported_before": "reported_at__lt"}
    columns |= {"resolved_from": "resolved_at__gte", "resolved_before": "resolved_at__lt"}
    tickets = tickets.filter(**{column: query[name] for name, column in columns.items() if name in query})
    if "status" in query:
        wanted = {status for name in query["status"] for status in GROUPS.get(name, (name,))}
        tickets = tickets.filter(status__in=wanted)
    if "confidential" in query:
        words = {"any": Confidential.values, "none": [""]}
        tickets = tickets.filter(
            confidential__in={kind for name in query["confidential"] for kind in words.get(name, [name])}
        )
    if "tag" in query:
        tickets = tickets.filter(HasTag("tags", query["tag"]))
    if "breached" in query:
        tickets = tickets.breached(at, ever=query["breached"])
    return matching(tickets, query.get("q", ""))
