"""When people last looked at a ticket, and what is news to them since."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from escalations.actors import ENGINE
from escalations.enums import EventKind
from escalations.models import Event, Ticket, Visit
from escalations.models.ticket import TicketQuerySet

# What the engine does and a person should know of; warnings and reminders reach the owner anyway.
ENGINES_NEWS = (EventKind.BREACH, EventKind.ESCALATED, EventKind.CUSTOMER)
AT_ONCE = 500  # rows of one statement


def seen(user: Any, ticket: Ticket, at: datetime) -> None:
    """`user` looks at `ticket`: one statement, however often."""
    _remember([Visit(user=user, ticket=ticket, at=at)])


def see_all(user: Any, tickets: TicketQuerySet, at: datetime, *, most: int = 1000) -> int:
    """Nothing among the first `most` of `tickets` is news to `user` any more. Returns how many were."""
    owners = dict(tickets.order_by()[:most].values_list("pk", "owner"))
    news = unread(user, owners)
    _remember([Visit(user=user, ticket_id=key, at=at) for key in sorted(news)])
    return len(news)


def unread_among(user: Any, tickets: Iterable[Ticket]) -> set[int]:
    """The keys of those of `tickets` in which something happened since `user` looked: one query for all of them."""
    return unread(user, {ticket.pk: ticket.owner_id for ticket in tickets})


def unread(user: Any, owners: dict[int, int | None]) -> set[int]:
    """`owners`: the owner's key by the ticket's. What is mine and was never looked at is news as well."""
    if not owners:
        return set()
    visited = dict(
        Visit.objects.filter(user=user, ticket__in=list(owners))
        .annotate(news=Exists(_news(user).filter(ticket=OuterRef("ticket"), at__gt=OuterRef("at"))))
        .values_list("ticket", "news")
    )
    return {key for key, owner in owners.items() if visited.get(key, owner == user.pk)}


def _news(user: Any) -> Any:
    """What somebody else did, or the engine if it matters."""
    somebody = Q(actor__isnull=False) | ~Q(actor_name__in=("", ENGINE))
    return Event.objects.filter(~Q(actor=user), somebody | Q(kind__in=ENGINES_NEWS)).order_by()


def _remember(visits: list[Visit]) -> None:
    Visit.objects.bulk_create(
        visits,
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["user", "ticket"],
        update_fields=["at"],
    )
