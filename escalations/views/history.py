"""All that happened to a ticket at /tickets/N/history/: to the second, with what changed and the mails it caused."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from escalations.enums import EventKind as Kind
from escalations.models import Escalation, Event, Ticket
from escalations.rows_within import rows_from
from escalations.views.ladder import story_of as way_of
from escalations.views.story import Item, story_of
from escalations.views.ticket_frame import TicketFrame
from templates_app.models import Notification
from templates_app.views import visible_to

PAGE_SIZE = 50
MAILS = 500

CLOCKS = (Kind.AT_RISK, Kind.BREACH, Kind.REMINDER, Kind.WAITING, Kind.RESUMED, Kind.SEVERITY)
LADDER = (
    Kind.ESCALATED, Kind.STEP, Kind.SKIPPED, Kind.VACANT, Kind.UNREACHABLE, Kind.TAKEN, Kind.HELD,
    Kind.DE_ESCALATED,
)  # fmt: skip
CUSTOMER = (
    Kind.ACKNOWLEDGED, Kind.UPDATE_SENT, Kind.CUSTOMER, Kind.CALL, Kind.RESOLVED, Kind.REOPENED, Kind.CLOSED,
)  # fmt: skip
EDITS = (
    Kind.OPENED, Kind.EDITED, Kind.SEVERITY, Kind.ASSIGNED, Kind.TEAM, Kind.LINKED, Kind.MERGED, Kind.ATTACHED,
)  # fmt: skip
# (name in the address, label, kinds)
GROUPS: list[tuple[str, Any, tuple[str, ...]]] = [
    ("", _("Everything"), ()),
    ("people", _("Said and done"), tuple(kind for kind in Kind if kind not in (*CLOCKS, *LADDER) or kind in EDITS)),
    ("customer", _("Customer"), CUSTOMER),
    ("clocks", _("Clocks"), CLOCKS),
    ("ladder", _("Ladder"), LADDER),
    ("edits", _("Edits"), EDITS),
]


@dataclass(frozen=True)
class Entry:
    """One event with the mails that it caused, or (a reply of the server, a folded mail) none."""

    item: Item
    mails: list[Notification]
    way: list[tuple[str, datetime]] = field(default_factory=list)  # of a rung: told, delivered, seen, taken

    @property
    def was_late(self) -> bool:
        return self.item.late


@login_required
@require_safe
def history(request: HttpRequest, number: str) -> HttpResponse:
    frame = TicketFrame.of(request, number)
    chosen = request.GET.get("show", "")
    kinds = next((kinds for name, _label, kinds in GROUPS if name == chosen), ())
    events = frame.ticket.events.select_related("actor", "clock")
    page = Paginator(events.filter(kind__in=kinds) if kinds else events, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "shown": page,
        "entries": entries_of(frame.ticket, list(page), request.user),
        "groups": [(name, label, name == chosen) for name, label, _kinds in GROUPS],
    }
    return render(request, "escalations/history.html", frame.context("history", **context))


def entries_of(ticket: Ticket, events: list[Event], user: Any) -> list[Entry]:
    """One query for the mails of all these events. `ticket` was fetched `for_page`."""
    told = rows_from(Escalation, ticket.rungs_within)  # type: ignore[attr-defined]
    rungs = {(each.level, each.at): each for each in told}
    caused: dict[str, list[Notification]] = {}
    for mail in _mails(ticket, events, user):
        # The first part of a message's key is the event that it came from.
        caused.setdefault(mail.idem.split(".")[0], []).append(mail)
    return [Entry(story_of([event])[0], caused.get(event.uid.hex, []), _way(event, rungs)) for event in events]


def _way(event: Event, rungs: dict[tuple[str, datetime], Escalation]) -> list[tuple[str, datetime]]:
    told = rungs.get((str(event.data.get("level")), event.at)) if event.kind == Kind.ESCALATED else None
    return way_of(told)[1:] if told else []


def _mails(ticket: Ticket, events: list[Event], user: Any) -> Iterable[Notification]:
    if not events:
        return []
    span = (min(event.at for event in events), max(event.at for event in events))
    mails = visible_to(user).filter(about=ticket.number, created_at__range=span)
    return mails.only(
        "idem", "kind", "to_name", "to_address", "state", "sent_at", "delivered_at", "opened_at", "reason"
    ).order_by("pk")[:MAILS]
