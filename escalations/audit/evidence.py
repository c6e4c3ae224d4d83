"""All facts of one ticket, with what proves them: for an auditor, a lawyer, or a customer who doubts.

Words of mails are left out, as they hold links that let their reader act; their subjects, times and Message-IDs stand.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from escalations import checklist_facts
from escalations.checklist import Item, checklist_of
from escalations.checklist_facts import Facts
from escalations.models import Clock, Pause, Responder, Review, Ticket
from escalations.models.audit import AuditSeal
from escalations.models.event import Event
from escalations.models.ticket import TicketQuerySet
from templates_app.models import Notification
from templates_app.post import message_id

from .erased import Erased
from .facts import COLUMNS, facts, link, moment

HOW = (
    "Each event is sealed: SHA-256, in hexadecimal, over the JSON text of a list of two, the seal of the event before "
    "it (an empty text for the first) and what stands here as `sealed`; keys sorted, no blanks, all but ASCII escaped. "
    "Events without a seal were loaded in bulk and stand before the first that has one. Of an event with `erased`, "
    "personal data was taken: its seal is that of what it was, and a later event of the kind `erased` lists, under its "
    "uid, the SHA-256 of the JSON text of what it is now. `last_seal` is the seal of the "
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
    return {name: list(value) if isinstance(value, Chain) else value for name, value in parts(ticket, at)}


def parts(ticket: Ticket, at: datetime) -> Iterator[tuple[str, Any]]:
    """The same, a part at a time, for a stream. "events" is to be walked through before the next part is asked for:
    whether the chain holds is known at its end."""
    told = list(ticket.escalations.order_by("at", "pk"))
    yield "ticket", ticket.number
    yield "made_at", moment(at)
    yield "facts", _facts(ticket)
    yield "protocol", [_version(version) for version in _versions(ticket)]
    yield "clocks", [_clock(clock, ticket, at) for clock in ticket.clocks.all()]
    yield "pauses", [_pause(pause) for pause in sorted(ticket.pauses.all(), key=lambda pause: pause.from_at)]
    yield "escalations", [_named(each, ESCALATION) for each in told]
    yield "messages", [_message(each) for each in _messages(ticket)]
    yield "checklist", [_item(item) for item in checklist_of(ticket, Facts.of(ticket, told))]
    yield "review", next((_named(row, REVIEW) for row in Review.objects.filter(ticket=ticket)), None)
    chain = Chain(ticket)
    yield "events", chain
    yield (
        "chain",
        {
            "how_to_verify": HOW,
            "last_seal": chain.last_seal,
            "holds": chain.holds,
            "audit_seals": [_named(seal, ("id", "at", "first_event", "last_event", "seal")) for seal in _seals(ticket)],
        },
    )


class Chain:
    """The events of a ticket in their order, followed while somebody walks through them: once.

    Each row brings along what the ticket knows as its newest seal: who writes an event meanwhile breaks no chain.
    """

    def __init__(self, ticket: Ticket) -> None:
        self.ticket, self.last_seal = ticket, ticket.last_seal
        self._previous, self._whole = "", True
        self._erased = Erased.among(ticket.pk, ticket.pk)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        rows = Event.objects.filter(ticket=self.ticket.pk).order_by("pk")
        for key, seal, last_seal, *row in rows.values_list("pk", "seal", "ticket__last_seal", *COLUMNS).iterator():
            event = {"id": key, "sealed": facts(row), "seal": seal}
            if (held := self._erased.holds(event["sealed"])) is not None:
                event["erased"] = True
            fits = seal == self._expected(event) if held is None else held and bool(seal or not self._previous)
            self._whole = self._whole and fits
            self._previous, self.last_seal = seal, last_seal
            yield event

    def _expected(self, event: dict[str, Any]) -> str:
        """What was loaded in bulk stands before the first that is chained, and has no seal."""
        return link(self._previous, event["sealed"]) if event["seal"] or self._previous else ""

    @property
    def holds(self) -> bool:
        return self._whole and self._previous == self.last_seal and not self._erased.findings


def to_prove(tickets: TicketQuerySet) -> TicketQuerySet:
    """With all that `evidence` reads of the ticket itself."""
    clocks = Prefetch("clocks", queryset=Clock.objects.select_related("calendar").order_by("pk"))
    pauses = Prefetch("pauses", queryset=Pause.objects.select_related("by"))
    named = tickets.select_related("customer", "owner", "team", "severity")
    team_size = checklist_facts.count_of(Responder.objects.filter(left_at=None))
    return named.prefetch_related(clocks, pauses).annotate(team_size=team_size, **checklist_facts.columns())


def _facts(ticket: Ticket) -> dict[str, Any]:
    return _named(ticket, TICKET) | {
        "customer": ticket.customer.name,
        "severity": ticket.severity_id,
        "owner": ticket.owner.name if ticket.owner else None,
        "team": ticket.team.name if ticket.team else None,
        "protocol_id": ticket.protocol_id,
    }


def _pause(pause: Pause) -> dict[str, Any]:
    return _named(pause, ("cause", "from_at", "to_at", "reason")) | {"by": pause.by.name if pause.by else None}


def _messages(ticket: Ticket) -> Iterable[Notification]:
    return Notification.objects.filter(about=ticket.number).defer("text", "html", "context").order_by("pk")


def _message(each: Notification) -> dict[str, Any]:
    return _named(each, MESSAGE) | {"message_id": message_id(each.idem)}


def _item(item: Item) -> dict[str, Any]:
    said = {"line": item.line.action, "asked": item.asked, "state": str(item.state)}
    return said | ({"note": item.mark.note, "at": moment(item.mark.at)} if item.mark else {})


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
