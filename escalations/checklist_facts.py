"""What the system has seen of a ticket that the response checklist asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from escalations.enums import EventKind
from escalations.models.care import CheckIn, Review
from escalations.models.clock import Clock
from escalations.models.escalation import Escalation
from escalations.models.event import Event
from escalations.models.team import CustomerCall, Responder
from templates_app.models import Notification

ANSWERS = (EventKind.ACKNOWLEDGED, EventKind.WAITING, EventKind.RESOLVED)


@dataclass(frozen=True)
class Facts:
    """`told` are the rungs that were told; `clocks` all clocks there were, also those of earlier cycles."""

    answered_by: str
    answered_how: str  # the kind of the event that was the first answer
    team_size: int
    call_at: datetime | None
    reviewed_at: datetime | None
    room_told_at: datetime | None  # when the desk's Slack room first heard of it
    check_ins_open: int
    check_ins_done: int
    next_check_in: datetime | None
    told: Sequence[Escalation]
    clocks: Sequence[Clock]

    @property
    def told_levels(self) -> set[str]:
        return {escalation.level for escalation in self.told}

    @classmethod
    def of(cls, ticket: Any, told: Sequence[Escalation] | None = None) -> "Facts":
        """From what the ticket carries with it (`columns`); a ticket fetched without them costs a query."""
        row = ticket if hasattr(ticket, "check_ins_open") else _fetched(ticket)
        return cls(
            answered_by=row.answered_by or "",
            answered_how=row.answered_how or "",
            team_size=row.team_size,
            call_at=row.call_at,
            reviewed_at=row.reviewed_at,
            room_told_at=row.room_told_at,
            check_ins_open=row.check_ins_open,
            check_ins_done=row.check_ins_done,
            next_check_in=row.next_check_in,
            told=list(ticket.escalations.all()) if told is None else told,
            clocks=list(ticket.clocks.all()),
        )


def columns() -> dict[str, Any]:
    """Columns for a query of tickets. `team_size` is not among them: pages of a ticket fetch it for themselves."""
    from escalations.models.ticket import FIRST_NUMBER  # it imports this

    answers = _own(Event.objects.filter(kind__in=ANSWERS)).order_by("at", "pk")
    calls = _own(CustomerCall.objects.filter(cancelled_at=None)).order_by("starts_at")
    number = Concat(Value("ESC-"), Cast(OuterRef("pk") + FIRST_NUMBER, CharField()))
    in_the_room = Notification.objects.filter(about=number, kind="room", state="sent").order_by("created_at")
    coming = _own(open_check_ins()).order_by("due_at")
    return {
        "answered_by": Subquery(answers.values("actor_name")[:1]),
        "answered_how": Subquery(answers.values("kind")[:1]),
        "call_at": Subquery(calls.values("starts_at")[:1]),
        "reviewed_at": Subquery(_own(Review.objects.all()).values("published_at")[:1]),
        "room_told_at": Subquery(in_the_room.values("sent_at")[:1]),
        "check_ins_open": count_of(open_check_ins()),
        "check_ins_done": count_of(CheckIn.objects.filter(done_at__isnull=False)),
        "next_check_in": Subquery(coming.values("due_at")[:1]),
    }


def open_check_ins() -> QuerySet[CheckIn]:
    return CheckIn.objects.filter(done_at=None, cancelled_at=None)


def count_of(rows: QuerySet[Any]) -> Coalesce:
    counted = _own(rows).order_by().values("ticket").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def _own(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(ticket=OuterRef("pk"))


def _fetched(ticket: Any) -> Any:
    rows = type(ticket).objects.filter(pk=ticket.pk).order_by()
    return rows.annotate(team_size=count_of(Responder.objects.filter(left_at=None)), **columns()).get()
