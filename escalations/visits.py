"""When people last looked at a ticket, and what is news to them since."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from escalations.actors import ENGINE
from escalations.enums import OPEN, EventKind
from escalations.models import Event, Ticket, Visit
from escalations.models.ticket import TicketQuerySet
from escalations.write_back import insert

# What the engine does and a person should know of; warnings and reminders reach the owner anyway.
ENGINES_NEWS = (EventKind.BREACH, EventKind.ESCALATED, EventKind.CUSTOMER)
AT_ONCE = 500  # rows of one statement


def seen(user: Any, ticket: Ticket, at: datetime) -> None:
    """`user` looks at `ticket`, fetched `for_page`: one statement, and none while nothing happened since last time."""
    if ticket.visited_at is None or ticket.visited_at < ticket.happened_at:  # type: ignore[attr-defined]
        _remember([Visit(user=user, ticket=ticket, at=at)])


def see_all(user: Any, tickets: TicketQuerySet, at: datetime, *, most: int = 1000) -> int:
    """Nothing among the first `most` of `tickets` is news to `user` any more. Returns how many were."""
    first = tickets.order_by()[:most].values_list("pk", "owner", "status")
    news = _unread(user, {key: _is_mine(user, owner, status) for key, owner, status in first})
    _remember([Visit(user=user, ticket_id=key, at=at) for key in sorted(news)])
    return len(news)


def unread_among(user: Any, tickets: Iterable[Ticket]) -> set[int]:
    """The keys of those of `tickets` in which something happened since `user` looked: one query for all of them."""
    return _unread(user, {ticket.pk: _is_mine(user, ticket.owner_id, ticket.status) for ticket in tickets})


def _is_mine(user: Any, owner: int | None, status: str) -> bool:
    return owner == user.pk and status in OPEN


def _unread(user: Any, mine: dict[int, bool]) -> set[int]:
    """`mine`: for each ticket's key, whether it is news to `user` even if nobody ever looked at it."""
    if not mine:
        return set()
    visited = dict(
        Visit.objects.filter(user=user, ticket__in=list(mine))
        .annotate(news=Exists(_news(user).filter(ticket=OuterRef("ticket"), at__gt=OuterRef("at"))))
        .values_list("ticket", "news")
    )
    return {key for key, is_mine in mine.items() if visited.get(key, is_mine)}


def _news(user: Any) -> Any:
    """What somebody else did, or the engine if it matters."""
    somebody = Q(actor__isnull=False) | ~Q(actor_name__in=("", ENGINE))
    return Event.objects.filter(~Q(actor=user), somebody | Q(kind__in=ENGINES_NEWS)).order_by()


def _remember(visits: list[Visit]) -> None:
    newest = "(user_id, ticket_id) DO UPDATE SET at = excluded.at"
    for first in range(0, len(visits), AT_ONCE):
        insert(visits[first : first + AT_ONCE], ignore_conflicts=True, on_conflict=newest)
