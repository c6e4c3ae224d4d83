"""From the database to facts: which issues are replayed, what was done on them, who stood where.

The matrix is today's, with the absences and turns of each moment: who stood on a rung at an earlier time is kept in
words alone (`Tenure`), without zones and quiet hours.
"""

import heapq
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.db.models import QuerySet

from contacts.matrix import Book, Matrix, Recipient
from contacts.models import User
from escalations.enums import EventKind
from escalations.models import Escalation, Event, Ticket

from .acts import BY_HAND, DOES
from .facts import Act, Facts
from .life import Who

SPAN = timedelta(days=90)
MOST = 5_000  # issues; beyond that a sample stands for all
KINDS = (EventKind.OPENED, EventKind.UNREACHABLE, *DOES)


def reported(at: datetime) -> QuerySet[Ticket]:
    """The issues of the last 90 days."""
    return Ticket.objects.filter(reported_at__gt=at - SPAN, created_at__lte=at)


def sample(at: datetime, most: int = MOST) -> tuple[list[int], int]:
    """The keys of the issues to be replayed, and how many there are. Beyond `most` it is a random sample, the same one
    whenever it is drawn; only the keys that are kept are in memory."""
    counted = 0

    def drawn() -> Iterator[tuple[bytes, int]]:
        nonlocal counted
        for key in reported(at).order_by().values_list("pk", flat=True).iterator(chunk_size=2000):
            counted += 1
            yield blake2b(str(key).encode(), digest_size=8).digest(), key

    kept = sorted(key for _lot, key in heapq.nsmallest(most, drawn()))
    return kept, counted


def who_stood(at: datetime) -> Who:
    """The matrix of any moment up to `at`; between two changes of absences and turns it is the same one."""
    since = at - SPAN - timedelta(days=1)
    book = Book.between(since, at)
    changes = book.changes(since, at)
    matrix = lru_cache(maxsize=64)(book.at)

    def who(moment: datetime) -> Matrix:
        return matrix(changes[max(bisect_right(changes, moment) - 1, 0)])

    return who


def facts(keys: Sequence[int]) -> list[Facts]:
    """Of these issues, in four queries."""
    tickets = Ticket.objects.filter(pk__in=keys).select_related("owner").order_by("pk")
    tickets = tickets.only("pk", "severity", "reported_at", "created_at", "untriaged", "team", "owner")
    events: dict[int, list[Event]] = {}
    asked = Event.objects.filter(ticket_id__in=keys, kind__in=KINDS).select_related("actor").order_by("at", "pk")
    for event in asked.only("ticket", "kind", "at", "data", "actor_name", "actor__email"):
        events.setdefault(event.ticket_id, []).append(event)
    people: dict[int, dict[tuple[str, str], Recipient]] = {}
    for rung in Escalation.objects.filter(ticket_id__in=keys).only("ticket", "level", "contacts"):
        for person in rung.contacts[1:]:
            joined = Recipient(**person, level=rung.level)
            people.setdefault(rung.ticket_id, {})[(rung.level, joined.name)] = joined
    users = _users(event for each in events.values() for event in each)
    return [_facts(ticket, events.get(ticket.pk, []), users, people.get(ticket.pk, {})) for ticket in tickets]


def _users(events: Iterator[Event]) -> dict[str, User]:
    assigned = (event.data for event in events if event.kind == EventKind.ASSIGNED)
    named = {str(name) for data in assigned for name in (data.get("before"), data.get("owner")) if name}
    return {user.username: user for user in User.objects.filter(username__in=named)} if named else {}


def _facts(ticket: Ticket, events: list[Event], users: dict[str, User], people: dict[Any, Recipient]) -> Facts:
    regraded = [event.data for event in events if event.kind == EventKind.SEVERITY]
    assigned = [event.data for event in events if event.kind == EventKind.ASSIGNED]
    opened: dict[str, Any] = next((event.data for event in events if event.kind == EventKind.OPENED), {})
    return Facts(
        pk=ticket.pk,
        severity=opened.get("severity") or next((data["before"] for data in regraded), ticket.severity_id),
        reported_at=ticket.reported_at,
        created_at=ticket.created_at,
        untriaged=ticket.untriaged or any(data.get("triaged") for data in regraded),
        owner=users.get(assigned[0].get("before") or "") if assigned else ticket.owner,
        team_id=ticket.team_id,
        acts=list(_acts(events)),
        users=users,
        people=people,
    )


def _acts(events: list[Event]) -> Iterator[Act]:
    """A rung passed on by the engine knows which rung could not be reached: the one that was named just before."""
    from_rung = ""
    for event in events:
        data = event.data
        match event.kind:
            case EventKind.OPENED:
                continue
            case EventKind.UNREACHABLE:
                from_rung = str(data.get("level", ""))
                continue
            case EventKind.ESCALATED if data.get("cause") not in BY_HAND:
                continue
            case EventKind.ESCALATED:
                data = data | {"from_rung": from_rung}
        email = event.actor.email.lower() if event.actor else ""
        yield Act(event.at, str(event.kind), data, event.actor_name, email)
