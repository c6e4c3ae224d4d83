"""From what happened to the messages about it: one a person, ticket and moment, however much happened."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from contacts.hours import AT_ONCE
from contacts.matrix import Recipient, readers_of
from escalations.confidential import hushed, is_hushed
from escalations.enums import TOP, Status
from escalations.leaving import leaving
from escalations.site_language import in_site_language
from templates_app.models import Notification
from templates_app.seal import seal

if TYPE_CHECKING:
    from escalations.case import Case
    from escalations.journal import Telling

# If one person is to be told several things at once, the message is of the gravest kind and lists them all.
GRAVITY = [
    "complaint", "escalated", "reply", "returned", "opened", "severity", "breach", "reminder", "at_risk", "assigned",
    "joined", "access", "access_self", "mentioned", "taken", "held", "reopened", "confirmed", "resolved", "merged",
    "watching",
]  # fmt: skip
EXCERPT = 600
ANY = "ESC-0"  # stands for a ticket's number in an address: `reverse` is slow


@in_site_language
def compose(tellings: Iterable["Telling"], at: datetime) -> list[Notification]:
    """The outbox rows for these tellings, folded by ticket and person."""
    folded: dict[tuple[int, str], list[Telling]] = {}
    for telling in tellings:
        if telling.recipient.email:
            folded.setdefault((telling.case.ticket.pk, telling.recipient.email.lower()), []).append(telling)
    # What all messages about one case have in common is put together once.
    cases = {id(telling.case): telling.case for group in folded.values() for telling in group}
    path = reverse("ticket", args=[ANY])
    shared = {key: common(case, path) for key, case in cases.items()}
    readers = _readers(folded)
    return [_message(group, shared, at, readers[to]) for (_key, to), group in folded.items()]


def _readers(folded: dict[tuple[int, str], list["Telling"]]) -> dict[str, Recipient]:
    """Who reads at each address, when and by which channels. Asked only for people known from an escalation's own
    record: a sweep, whose people come from the matrix, asks nothing."""
    readers: dict[str, Recipient] = {}
    unknown: dict[str, Recipient] = {}
    for (_key, to), group in folded.items():
        known = [t.recipient for t in group if t.recipient.user_id or t.recipient.contact_id]
        if known:
            chose = (each for each in known if each.rhythm is not AT_ONCE)
            readers[to] = next(chose, None) or next((each for each in known if each.user_id), known[0])
        else:
            unknown[to] = group[0].recipient
    missing = unknown.keys() - readers.keys()
    return unknown | (readers_of(missing) if missing else {}) | readers


def _message(
    group: Sequence["Telling"], shared: dict[int, dict[str, Any]], at: datetime, reader: Recipient
) -> Notification:
    """`reader`: the same person as in the tellings, with what they chose."""
    telling = min(group, key=lambda t: GRAVITY.index(t.kind))
    snapshot = shared[id(telling.case)]
    escalation = next((t.escalation for t in group if t.escalation), None)
    recipient, ticket = telling.recipient, telling.case.ticket
    urgent = ticket.severity.is_urgent
    context = snapshot | _own(telling, escalation) | {"escalations": _keys(group)}
    if is_hushed(telling, recipient.user_id or reader.user_id):
        context = hushed(context)
    return Notification(
        idem=f"{telling.case.news[0].uid.hex}.{_digest(recipient.email)}",
        kind=telling.kind,
        about=ticket.number,
        escalation_id=escalation.pk if escalation else None,
        contact_id=recipient.contact_id,
        user_id=recipient.user_id or reader.user_id,
        level=escalation.level if escalation else recipient.level,
        to_name=recipient.name,
        to_address=recipient.email,
        time_zone=recipient.time_zone,
        urgent=urgent,
        late=any(fact["late"] for fact in snapshot["facts"]),
        context=context,
        due_at=min(t.due_at for t in group),
        created_at=at,
        **leaving(
            reader, at, severity=ticket.severity.code, escalates=urgent or escalation is not None, goes_through=urgent
        ),
    )


def _keys(group: Sequence["Telling"]) -> list[int]:
    """One person may stand on two rungs: the message tells both."""
    return [telling.escalation.pk for telling in group if telling.escalation]


def _digest(email: str) -> str:
    """Tells addresses apart. A customer who was written about the same event knows the rest of the name."""
    return seal(email.lower())


def common(case: "Case", path: str) -> dict[str, Any]:
    """What all messages about one case tell alike. `path`: the ticket's, or with ANY for its number."""
    ticket = case.ticket
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "confidential": bool(ticket.confidential),
        "description": ticket.description[:EXCERPT],
        "severity": {"code": ticket.severity.code, "name": ticket.severity.name},
        "status": str(ticket.status),
        "status_label": str(Status(ticket.status).label),
        "customer": customer_of(ticket.customer),
        "owner": owner_of(ticket.owner),
        "reported_at": ticket.reported_at.isoformat(),
        "level": ticket.level,
        "facts": [case.fact(event) for event in case.news],
        "told": case.told,
        "taken": {"by": ticket.taken_by_name, "at": ticket.taken_at.isoformat()} if ticket.taken_at else None,
        "next": _next(case),
        "clocks": [
            {"kind": str(c.kind), "due_at": _iso(c.due_at), "breached_at": _iso(c.breached_at)}
            for c in case.clocks
            if not c.stopped_at
        ],
        "ticket_path": path.replace(ANY, ticket.number),
    }


def _own(telling: "Telling", escalation: Any) -> dict[str, Any]:
    # Imported here: links need the models, which need the verbs, which need this.
    from escalations.links import take_token

    recipient = telling.recipient
    return {
        "rung": recipient.title,
        "to_title": recipient.title,
        "reason": telling.reason,
        "by": telling.by,
        "clock_id": escalation.clock_id if escalation else None,
        **({"language": recipient.language} if recipient.language else {}),
        **({"stands_in_for": recipient.stands_in_for} if recipient.stands_in_for else {}),
        "take_path": reverse("take", args=[take_token(escalation, recipient.email)]) if escalation else None,
    }


def customer_of(customer: Any) -> dict[str, Any]:
    return {
        "name": customer.name,
        "tier": customer.tier,
        "value": None if customer.annual_value is None else str(customer.annual_value),
        "currency": customer.currency,
        "renewal_on": customer.renewal_on.isoformat() if customer.renewal_on else None,
    }


def owner_of(owner: Any) -> dict[str, str] | None:
    return {"name": owner.name, "phone": owner.phone, "email": owner.email} if owner else None


def _next(case: "Case") -> dict[str, Any] | None:
    """When the ladder climbs if nobody acts; below the climbs, whatever comes first."""
    running = [clock for clock in case.clocks if clock.next_event_at]
    climbs = [climb for clock in running if (climb := clock.next_climb(case.ticket.held_until))]
    if climbs and case.ticket.level < TOP:
        at, what = min(climbs)
        return {"at": at.isoformat(), "what": what, "level": case.ticket.level + 1}
    coming = [(clock.next_event_at, clock.next_event) for clock in running if clock.next_event_at]
    if not coming:
        return None
    first_at, first = min(coming)
    return {"at": first_at.isoformat(), "what": first, "level": None}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
