"""Rows of the queue and of the lists, and the urgency groups they stand in."""

import hashlib
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config.templatetags.ui import ago
from escalations.enums import ClockKind, Status
from escalations.models import Ticket
from escalations.models.ticket import TicketQuerySet
from escalations.search import Excerpt, excerpts, says
from escalations.views.counts import MANY
from escalations.views.faces import Face, next_face


@dataclass(frozen=True)
class Row:
    ticket: Ticket
    face: Face | None
    action: str
    detail: str
    unread: bool = False
    excerpt: Excerpt | None = None  # where a search found it, if neither subject nor customer say so


@dataclass(frozen=True)
class Group:
    key: str
    label: str
    rows: list[Row]
    total: int


def rows_of(tickets: Iterable[Ticket], at: datetime, unread: Container[int] = ()) -> list[Row]:
    """`unread`: keys of the tickets that have news for whoever looks."""
    return [row_of(ticket, at, unread=ticket.pk in unread) for ticket in tickets]


def with_excerpts(rows: list[Row], q: str) -> list[Row]:
    """The rows with where the words were found, for those that do not show it. One query, or none."""
    plain = [row.ticket.pk for row in rows if not says(f"{row.ticket.subject} {row.ticket.customer.name}", q)]
    found = excerpts(plain, q) if plain else {}
    return [replace(row, excerpt=found[row.ticket.pk]) if row.ticket.pk in found else row for row in rows]


def row_of(ticket: Ticket, at: datetime, *, unread: bool = False) -> Row:
    face = next_face(ticket, at)
    action, detail = _next_action(ticket, face, at)
    return Row(ticket, face, action, detail, unread)


def _next_action(ticket: Ticket, face: Face | None, at: datetime) -> tuple[str, str]:
    if not ticket.is_open:
        return str(ticket.get_status_display()), ago(ticket.closed_at or ticket.resolved_at, at)
    if ticket.untriaged:
        return _("Confirm the severity"), _("not triaged yet")
    if ticket.status == Status.WAITING and (face is None or not face.ticks):
        return _("Waiting on customer"), _("clocks paused")
    if face is None or face.clock is None:
        return _("No clock running"), ""
    match face.kind:
        case ClockKind.RESPONSE:
            return _("Acknowledge"), _("first response")
        case ClockKind.UPDATE if face.clock.promised:
            return _("Customer update"), _("promised")
        case ClockKind.UPDATE:
            return _("Customer update"), _("every %(span)s") % {"span": face.clock.target_label()}
        case _:
            return _("Resolution"), _in_a_line(str(ticket.get_status_display()))


# --- urgency groups --------------------------------------------------------------------------------------------------
def bounds(at: datetime) -> dict[str, datetime]:
    """Where each group ends. A day ends at midnight where the person is."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    hour = at + timedelta(hours=1)
    return {"late": at, "hour": hour, "today": max(midnight, hour), "week": at + timedelta(days=7)}


def group_key(due: datetime | None, limits: dict[str, datetime]) -> str:
    if due is None:
        return "paused"
    return next((key for key, limit in limits.items() if due < limit), "later")


def labels() -> dict[str, str]:
    return {
        "late": _("Overdue"),
        "hour": _("Due within the hour"),
        "today": _("Later today"),
        "week": _("This week"),
        "later": _("Later"),
        "paused": _("Paused, or no clock running"),
    }


def totals(tickets: TicketQuerySet, at: datetime) -> dict[str, int]:
    """How many tickets each group with a due time holds, among the first thousand."""
    limits = bounds(at)
    previous: datetime | None = None
    counts: dict[str, Any] = {}
    for key, limit in limits.items():
        since = Q(next_due_at__gte=previous) if previous else Q()
        counts[key] = Count("pk", filter=since & Q(next_due_at__lt=limit))
        previous = limit
    counts["later"] = Count("pk", filter=Q(next_due_at__gte=previous))
    due = tickets.filter(next_due_at__isnull=False).order_by("next_due_at", "pk")[:MANY]
    return due.aggregate(**counts)


def grouped(rows: list[Row], totals: dict[str, int], at: datetime) -> list[Group]:
    limits = bounds(at)
    buckets: dict[str, list[Row]] = {}
    for row in rows:
        buckets.setdefault(group_key(row.ticket.next_due_at, limits), []).append(row)
    return [Group(key, label, buckets[key], totals[key]) for key, label in labels().items() if key in buckets]


def fingerprint(rows: list[Row], *more: object) -> str:
    """Changes when anything that the list shows has changed, except for what the clocks tell by themselves."""
    seen = [
        (
            t.pk,
            t.next_due_at,
            t.next_due_kind,
            t.status,
            t.owner_id,
            t.level,
            t.severity_id,
            t.untriaged,
            t.confidential,
            t.subject,
            r.face and r.face.state,
            r.unread,
        )
        for r in rows
        for t in (r.ticket,)
    ]
    return hashlib.sha256(repr((seen, more)).encode()).hexdigest()[:16]


def _in_a_line(label: str) -> str:
    """Only the first letter becomes small: other languages have names with capitals."""
    return label[:1].lower() + label[1:]
