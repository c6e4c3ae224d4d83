"""The numbers beside the tabs and in the sidebar. Each walks a partial index, and stops at a thousand.

Several of them are asked for at once: `asked` makes one query of them.
"""

from datetime import datetime
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

from contacts.models import User
from contacts.models.matrix import Level
from contacts.models.people import Role
from escalations.access import tickets_for
from escalations.enums import Status
from escalations.models import Escalation, Heartbeat
from escalations.models.ticket import TicketQuerySet
from templates_app.models import Notification

MANY = 1000  # nobody reads a count beyond it, and counting on would cost every page
TABS = ("mine", "team", "unassigned", "waiting")


class Some(Subquery):
    """How many rows, up to MANY, as a column of a query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk")[:MANY])


def asked(user: Any, **columns: Any) -> dict[str, Any]:
    """Several numbers (or other single values) in one query."""
    row = User.objects.filter(pk=user.pk).values_list(*columns.values()).get()
    return dict(zip(columns, row, strict=True))


def for_shell(user: Any, *, at: datetime) -> dict[str, Any]:
    """What the frame shows: my issues, my late ones, all open ones, escalations that wait for me, what I watch; and
    when the engine swept last. One query."""
    mine = tab(user, "mine")
    return asked(
        user,
        mine=Some(mine),
        late=Some(mine.filter(next_due_at__lt=at)),
        open=Some(tickets_for(user).open_ones()),
        escalated=Some(waiting_for(user)),
        watching=Some(tickets_for(user).open_ones().filter(pk__in=user.watches.values("ticket"))),
        swept_at=Subquery(Heartbeat.objects.filter(pk="sweep").values("at")),
    )


def some(rows: QuerySet[Any]) -> int:
    """How many rows, up to MANY."""
    return rows.order_by()[:MANY].count()


def first_tab(user: Any) -> str:
    """Where the queue opens: on one's own issues, or on the team's for people who own none by trade."""
    return "mine" if user.role == Role.CSM else "team"


def for_tabs(user: Any) -> dict[str, int]:
    return asked(user, **{name: Some(tab(user, name)) for name in TABS})


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
