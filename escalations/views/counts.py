"""The numbers beside the tabs and in the sidebar. Each walks a partial index, and stops at a thousand.

Several of them are asked for at once: `asked` makes one query of them.
"""

from datetime import datetime
from typing import Any

from django.db.models import IntegerField, JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject

from contacts.models import User
from contacts.models.matrix import Level
from contacts.models.people import Role
from escalations.access import tickets_for
from escalations.enums import Status
from escalations.inbound.filing import UNDECIDED
from escalations.models import Escalation, Heartbeat
from escalations.models.ticket import TicketQuerySet
from escalations.saved_views import shown_to
from templates_app.inbox.entries import unread_by
from templates_app.models import InboundMail, Notification

MANY = 1000  # nobody reads a count beyond it, and counting on would cost every page
TABS = ("mine", "team", "unassigned", "waiting")


class Some(Subquery):
    """How many rows, up to MANY, as a column of a query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0  # where a filter leaves nothing, the database is not asked

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk")[:MANY])


class Listed(Subquery):
    """Some columns of a few rows, in their order, as one column of a query: a list of dictionaries."""

    template = "(SELECT COALESCE(jsonb_agg(listed.row), '[]'::jsonb) FROM (%(subquery)s) AS listed)"
    output_field = JSONField()

    def __init__(self, rows: QuerySet[Any], *columns: str) -> None:
        super().__init__(rows.values(row=JSONObject(**{name: name for name in columns})))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(SELECT json_group_array(json(listed.row)) FROM (%(subquery)s) AS listed)"
        return self.as_sql(compiler, connection, template=template, **context)


def asked(user: Any, **columns: Any) -> dict[str, Any]:
    """Several numbers (or other single values) in one query."""
    row = User.objects.filter(pk=user.pk).values_list(*columns.values()).get()
    return dict(zip(columns, row, strict=True))


def for_shell(user: Any, *, at: datetime) -> dict[str, Any]:
    """What the frame shows: my issues, my late ones, all open ones, escalations that wait for me, what I watch and what
    I was told and have not read; the lists that are kept, and when the engine swept last. One query."""
    mine = tab(user, "mine")
    return asked(
        user,
        mine=Some(mine),
        late=Some(mine.filter(next_due_at__lt=at)),
        open=Some(tickets_for(user).open_ones()),
        escalated=Some(waiting_for(user)),
        watching=Some(tickets_for(user).open_ones().filter(pk__in=user.watches.values("ticket"))),
        unread=Some(unread_by(user)),
        inbound=Some(inbound_waiting()),
        views=Listed(shown_to(user), "name", "path", "query"),
        swept_at=Subquery(Heartbeat.objects.filter(pk="sweep").values("at")),
    )


def inbound_waiting() -> QuerySet[InboundMail]:
    """Mail that waits for a decision; the partial index's condition stands there word for word."""
    return InboundMail.objects.filter(state__in=UNDECIDED).filter(state=InboundMail.State.QUARANTINED)


def first_tab(user: Any) -> str:
    """Where the queue opens: on one's own issues, or on the team's for people who own none by trade."""
    return "mine" if user.role == Role.CSM else "team"


def for_tabs(user: Any, **more: Some) -> dict[str, int]:
    """How many tickets each tab holds, and whatever else is to be counted. One query."""
    return asked(user, **{name: Some(tab(user, name)) for name in TABS}, **more)


def tab(user: Any, name: str) -> TicketQuerySet:
    """The open tickets behind one tab of the queue."""
    tickets = tickets_for(user).open_ones()
    match name:
        case "team":
            return tickets.filter(team=user.team_id) if user.team_id else tickets
        case "unassigned":
            return tickets.filter(owner=None)
        case "waiting":
            return tickets.filter(status=Status.WAITING)
        case _:
            return tickets.filter(owner=user)


def waiting_for(user: Any) -> Any:
    """Open escalations that this person was told about and nobody has taken; what one owns is in the queue already."""
    told = Notification.objects.filter(user_id=user.pk, escalation_id__isnull=False).values("escalation_id")
    return Escalation.objects.filter(pk__in=told, ended_at=None, taken_at=None).exclude(level=Level.CSM)
