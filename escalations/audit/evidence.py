"""All facts of one ticket, with what proves them: for an auditor, a lawyer, or a customer who doubts.

Words of mails are left out, as they hold links that let their reader act; their subjects, times and Message-IDs stand.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from escalations import checklist_facts
from escalations.checklist import checklist_of
from escalations.checklist_facts import Facts
from escalations.models import Clock, Pause, Responder, Review, Ticket
from escalations.models.audit import AuditSeal
from escalations.models.event import Event
from escalations.models.ticket import TicketQuerySet
from templates_app.models import Notification
from templates_app.post import message_id

from .facts import COLUMNS, facts, link, moment

HOW = (
    "Each event is sealed: SHA-256, in hexadecimal, over the JSON text of a list of two, the seal of the event before "
    "it (an empty text for the first) and what stands here as `sealed`; keys sorted, no blanks, all but ASCII escaped. "
    "Events without a seal were loaded in bulk and stand before the first that has one. `last_seal` is the seal of the "
    "newest event. Every hour all events are sealed with a key that the database does not hold: "
    "`manage.py verify_audit --ticket` checks those seals, which are listed here with the events that they cover."
)
TICKET = (
    "subject", "description", "status", "source", "tags", "level", "reporter_name", "reporter_email", "reported_at",
    "created_at", "acknowledged_at", "resolved_at", "closed_at", "confirmed_at", "cause", "root_cause", "solution",
    "prevention", "taken_at", "taken_by_name", "held_until", "untriaged",
)  # fmt: skip
CLOCK = (
    "kind", "cycle", "promised", "started_at", "budget", "due_at", "at_risk_at", "warned_at", "breached_at",
    "paused_at", "stopped_at", "verdict", "took", "climbs", "protocol_id",
)  # fmt: skip
ESCALATION = (
    "level", "cause", "reason", "at", "contacts", "notified_at", "delivered_at", "seen_at", "taken_at",
    "taken_by_name", "ended_at",
)  # fmt: skip
MESSAGE = (
    "kind", "channel", "level", "to_name", "to_address", "subject", "state", "reason", "due_at", "created_at",
    "sent_at", "delivered_at", "opened_at", "read_at",
)  # fmt: skip
REVIEW = ("summary", "impact", "causes", "went_well", "lessons", "added", "version", "edited_at", "published_at")


def evidence(ticket: Ticket, at: datetime) -> dict[str, Any]:
    """As JSON. `ticket` is one of `to_prove`; asks a bounded number of times, whatever there is."""
    events, told = list(_events(ticket)), list(ticket.escalations.order_by("at", "pk"))
    return {
        "ticket": ticket.number,
        "made_at": moment(at),
        "facts": _named(ticket, TICKET)
        | {
            "customer": ticket.customer.name,
            "severity": ticket.severity_id,
            "owner": ticket.owner.name if ticket.owner else None,
            "team": ticket.team.name if ticket.team else None,
            "protocol_id": ticket.protocol_id,
        },
        "protocol": [_version(version) for version in _versions(ticket)],
        "clocks": [_clock(clock, ticket, at) for clock in ticket.clocks.all()],
        "pauses": [
            _named(pause, ("cause", "from_at", "to_at", "reason")) | {"by": pause.by.name if pause.by else None}
            for pause in sorted(ticket.pauses.all(), key=lambda pause: pause.from_at)
        ],
        "escalations": [_named(each, ESCALATION) for each in told],
        "messages": [
            _named(each, MESSAGE) | {"message_id": message_id(each.idem)}
            for each in Notification.objects.filter(about=ticket.number).defer("text", "html", "context").order_by("pk")
        ],
        "checklist": [
            {"line": item.line.action, "asked": item.asked, "state": str(item.state)}
            | ({"note": item.mark.note, "at": moment(item.mark.at)} if item.mark else {})
            for item in checklist_of(ticket, Facts.of(ticket, told))
        ],
        "review": next((_named(row, REVIEW) for row in Review.objects.filter(ticket=ticket)), None),
        "events": events,
        "chain": {
            "how_to_verify": HOW,
            "last_seal": ticket.last_seal,
            "holds": holds(events, ticket.last_seal),
            "audit_seals": [_named(seal, ("id", "at", "first_event", "last_event", "seal")) for seal in _seals(ticket)],
        },
    }


def to_prove(tickets: TicketQuerySet) -> TicketQuerySet:
    """With all that `evidence` reads of the ticket itself."""
    clocks = Prefetch("clocks", queryset=Clock.objects.select_related("calendar").order_by("pk"))
    pauses = Prefetch("pauses", queryset=Pause.objects.select_related("by"))
    named = tickets.select_related("customer", "owner", "team", "severity")
    team_size = checklist_facts.count_of(Responder.objects.filter(left_at=None))
    return named.prefetch_related(clocks, pauses).annotate(team_size=team_size, **checklist_facts.columns())


def holds(events: Iterable[dict[str, Any]], last_seal: str) -> bool:
    """The chain, followed by what stands in the export alone."""
    previous = ""
    for event in events:
        if event["seal"] != (link(previous, event["sealed"]) if event["seal"] or previous else ""):
            return False
        previous = event["seal"]
    return previous == last_seal


def _events(ticket: Ticket) -> Iterable[dict[str, Any]]:
    rows = Event.objects.filter(ticket=ticket.pk).order_by("pk").values_list("pk", "seal", *COLUMNS)
    for key, seal, *row in rows:
        yield {"id": key, "sealed": facts(row), "seal": seal}


def _seals(ticket: Ticket) -> Iterable[AuditSeal]:
    mine = Event.objects.filter(ticket=ticket.pk, pk__gte=OuterRef("first_event"), pk__lte=OuterRef("last_event"))
    return AuditSeal.objects.filter(Exists(mine)).order_by("pk")


def _versions(ticket: Ticket) -> list[Any]:
    keys = {ticket.protocol_id, *(clock.protocol_id for clock in ticket.clocks.all())} - {None}
    versions = Ticket._meta.get_field("protocol").related_model._default_manager
    return list(versions.filter(pk__in=keys).defer("content").order_by("pk")) if keys else []


def _version(version: Any) -> dict[str, Any]:
    return _named(version, ("id", "number", "stage", "title", "digest", "runs_from", "runs_until"))


def _clock(clock: Clock, ticket: Ticket, at: datetime) -> dict[str, Any]:
    clock.ticket = ticket
    segments = [{name: _plain(value) for name, value in segment.items()} for segment in clock.explain(at)]
    return _named(clock, CLOCK) | {"state": clock.state(at), "segments": segments}


def _named(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.isoformat() if isinstance(value, date) else value
