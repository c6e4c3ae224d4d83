"""What `GET /tickets/` may ask for."""

from datetime import datetime
from typing import Any

from config.rest.fields import Choice, Line, Named
from config.rest.query import Many, Number, Order, YesNo
from config.rest.views import PageQuery
from contacts.models import Customer, User
from escalations.enums import DONE, OPEN, Status
from escalations.models import Severity
from escalations.models.ticket import TicketQuerySet
from escalations.search import matching

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


class TicketQuery(PageQuery):
    status = Many(child=Choice([*Status.values, *GROUPS]), required=False, help_text="Also `open` and `done`.")
    severity = Many(child=Named("code", queryset=Severity.objects.all()), required=False)
    customer = Named("slug", queryset=Customer.objects.all(), required=False)
    owner = Named("username", queryset=User.objects.all(), required=False)
    level = Many(child=Number(min_value=1, max_value=5), required=False)
    breached = YesNo(required=False, help_text="Whether any of its clocks was ever breached.")
    q = Line(required=False, max_length=200, help_text="A number, or words of the subject or the customer's name.")
    ordering = Order(list(ORDERS), required=False, help_text="Newest reports first, if not given.")


def filtered(tickets: TicketQuerySet, query: dict[str, Any], at: datetime) -> TicketQuerySet:
    columns = {"severity": "severity__in", "level": "level__in"}
    columns |= {"customer": "customer", "owner": "owner"}
    tickets = tickets.filter(**{column: query[name] for name, column in columns.items() if name in query})
    if "status" in query:
        wanted = {status for name in query["status"] for status in GROUPS.get(name, (name,))}
        tickets = tickets.filter(status__in=wanted)
    if "breached" in query:
        tickets = tickets.breached(at, ever=query["breached"])
    return matching(tickets, query.get("q", ""))
