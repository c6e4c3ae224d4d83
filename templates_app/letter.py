"""One message, read from its snapshot and put into words that the mail templates only need to place.

Everything is read here and at once: a snapshot with a gap fails here, where delivery can see it, and not silently
inside a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from templates_app import facts as told_facts
from templates_app import plain
from templates_app.models import Notification
from templates_app.moments import Reader, moment, money, span

TOP = 5
NO_BUTTON_TO_TAKE = (
    "taken",
    "held",
    "resolved",
    "admin",
    "joined",
    "access",
    "access_self",
    "confirmed",
    "merged",
    "mentioned",
    "watching",
    "reply",
    "returned",
)


@dataclass(frozen=True)
class Row:
    """`tone`: late, risk or nothing. `tel` makes it a link."""

    label: str
    text: str
    tone: str = ""
    tel: str = ""


@dataclass(frozen=True)
class Letter:
    kind: str
    title: str
    zone: str
    button: str
    button_url: str
    number: str = ""
    ticket_url: str = ""
    severity: str = ""
    severity_name: str = ""
    customer: str = ""
    status: str = ""
    what: str = ""
    description: str = ""
    level: int | None = None
    rung: str = ""
    owner: str = ""
    is_owner: bool = False
    by: str = ""
    reason: str = ""
    taken_by: str = ""
    clock: str = ""
    due: str = ""
    is_overdue: bool = False
    when: str = ""
    open_for: str = ""
    situation: str = ""
    news: str = ""
    next: str = ""
    late: str = ""
    to_do: str = ""
    rows: list[Row] = field(default_factory=list)
    clocks: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    instead: list[tuple[str, str]] = field(
        default_factory=list
    )  # what else can be done than the button does: words, address


def read(message: Notification, at: datetime) -> Letter:
    """Raises KeyError, TypeError or ValueError where the snapshot is not what it should be."""
    from templates_app import account_letter, care_letter, channel_letter  # they are made of what stands here

    reader = Reader.of(message.time_zone, at)
    if own := (care_letter.READERS | channel_letter.READERS | account_letter.READERS).get(message.kind):
        return own(message, reader)
    return _from_admin(message, reader) if message.kind == "admin" else from_ticket(message, reader)


def _from_admin(message: Notification, reader: Reader) -> Letter:
    context = message.context
    path = context.get("ticket_path")
    return Letter(
        kind="admin",
        title=plain.one_line(context["problem"]),
        to_do=plain.one_line(context["what_to_do"]),
        number=context.get("number") or "",
        button=_("Open %s") % context["number"] if path and context.get("number") else _("Open Switchback"),
        button_url=url_of(path or "/"),
        when=reader.time(message.due_at),
        zone=reader.zone_sentence(),
    )


def from_ticket(message: Notification, reader: Reader) -> Letter:
    context, number = message.context, plain.one_line(message.context["number"])
    fact = told_facts.main_fact(message.kind, context["facts"])
    clock, due = _clock_of(message.kind, context, fact)
    reported_at = moment(context["reported_at"])
    take = context.get("take_path") if message.kind not in NO_BUTTON_TO_TAKE else None
    owner = context.get("owner") or {}
    at = told_facts.when(fact) or message.due_at
    return Letter(
        kind=message.kind,
        number=number,
        title=plain.one_line(context["subject"]),
        description=plain.shorten(plain.one_line(context.get("description")), 600),
        severity=plain.one_line(context["severity"]["code"]),
        severity_name=plain.one_line(context["severity"]["name"]),
        customer=plain.one_line(context["customer"]["name"]),
        status=plain.one_line(context.get("status")),
        level=_level(message),
        rung=plain.one_line(context.get("rung")),
        owner=plain.one_line(owner.get("name")),
        is_owner=bool(owner.get("email")) and owner["email"].lower() == message.to_address.lower(),
        by=plain.one_line(context.get("by")),
        reason=plain.one_line(context.get("reason")),
        taken_by=plain.one_line((context.get("taken") or {}).get("by")),
        clock=clock,
        due=reader.time(due) if due else "",
        is_overdue=due is not None and due <= reader.at,
        when=reader.time(at),
        open_for=span(reader.at - reported_at),
        situation=told_facts.situation(fact, due, reported_at, reader),
        news=told_facts.phrase(fact) or _("News"),
        next=_next(context, reader),
        late=_late(message, reader),
        rows=_rows(context, clock, reported_at, reader),
        clocks=[_clock(clock, reader) for clock in context.get("clocks", [])],
        people=_people(context, message.to_name),
        happened=lines if len(lines := told_facts.happened(context["facts"], reader)) > 1 else [],
        button=_("I have it") if take else _("Open %s") % number,
        button_url=url_of(take or context["ticket_path"]),
        instead=_instead(url_of(take), message) if take else [],
        ticket_url=url_of(context["ticket_path"]),
        zone=reader.zone_sentence(),
    )


def _instead(url: str, message: Notification) -> list[tuple[str, str]]:
    """Small links to the same page, each with its part unfolded and in view."""
    ways = [("hand_over", _("Hand over")), ("hold", _("Give two hours")), ("wrong_person", _("Wrong person"))]
    if message.context.get("level", 0) >= TOP:
        ways = [way for way in ways if way[0] != "hold"]
    return [(words, f"{url}?do={do}#{do.replace('_', '-')}") for do, words in ways]


def _clock_of(kind: str, context: Mapping[str, Any], fact: Mapping[str, Any]) -> tuple[str, datetime | None]:
    """The clock that the message is about, and when it is due: a fact's own time may be a warning's or a step's.

    News without a clock, such as a new ticket, is about the answer or else about what is due first.
    """
    due = {each["kind"]: moment(each["due_at"]) for each in context.get("clocks", []) if each.get("due_at")}
    if clock := fact.get("clock"):
        own = moment(fact["due_at"]) if fact["what"] == "breach" and fact.get("due_at") else None
        return clock, due.get(clock, own)
    if not due:
        return "", None
    clock = "response" if kind == "opened" and "response" in due else min(due, key=lambda each: due[each])
    return clock, due[clock]


def _rows(context: Mapping[str, Any], clock: str, reported_at: datetime, reader: Reader) -> list[Row]:
    customer, owner = context["customer"], context.get("owner") or {}
    tier = plain.one_line(customer.get("tier"))
    name = plain.one_line(customer["name"])
    rows = [Row(_("Confidential"), _("for the people on its list only"))] if context.get("confidential") else []
    if not context.get("hushed"):
        rows.append(Row(_("Customer"), f"{name} · {tier}" if tier else name))
    if worth := worth_of(customer, reader):
        rows.append(Row(_("At stake"), worth))
    rows.append(Row(_("Open for"), _open_for(reported_at, reader)))
    rows += _pressing(context, clock, reader)
    phone = plain.one_line(owner.get("phone"))
    return [*rows, Row(_("Owner"), plain.one_line(owner.get("name")) or _("Nobody yet"), tel=phone)]


def _pressing(context: Mapping[str, Any], clock: str, reader: Reader) -> list[Row]:
    """By how much clocks are overdue; where none is, the one that the message is about."""
    late = []
    for each in context.get("clocks", []):
        due = moment(each["due_at"]) if each.get("due_at") else None
        if due and due <= reader.at:
            past = reader.at - due
            text = _("%s overdue") % span(past) if past.total_seconds() >= 60 else _("due just now")
            late.append(Row(str(told_facts.CLOCKS.get(each["kind"], each["kind"])), text, "late"))
    return late[:2] or [_clock(each, reader) for each in context.get("clocks", []) if each["kind"] == clock]


def _open_for(reported_at: datetime, reader: Reader) -> str:
    return _("%(span)s, since %(time)s") % {"span": span(reader.at - reported_at), "time": reader.time(reported_at)}


def worth_of(customer: Mapping[str, Any], reader: Reader) -> str:
    parts = []
    if customer.get("value") is not None:
        parts.append(_("%s a year") % money(customer["value"], plain.one_line(customer.get("currency") or "EUR")))
    if customer.get("renewal_on"):
        parts.append(_("renews %s") % reader.day(customer["renewal_on"]))
    return ", ".join(parts)


def _clock(clock: Mapping[str, Any], reader: Reader) -> Row:
    label = str(told_facts.CLOCKS.get(clock["kind"], clock["kind"]))
    due = moment(clock["due_at"]) if clock.get("due_at") else None
    if due is None:
        return Row(label, _("paused, overdue before") if clock.get("breached_at") else _("paused"))
    names = {"time": reader.time(due), "span": span(due - reader.at)}
    if due <= reader.at:
        return Row(label, _("overdue since %(time)s") % names, "late")
    return Row(label, _("due %(time)s, in %(span)s") % names)


def _people(context: Mapping[str, Any], reader_name: str) -> list[Row]:
    """Who else has been told; the reader knows of themselves."""
    people = [each for each in context.get("told", []) if each["name"] != reader_name]
    return [
        Row(plain.one_line(each["name"]), plain.one_line(each.get("title")), tel=plain.one_line(each.get("phone")))
        for each in people
    ]


def _level(message: Notification) -> int | None:
    """The rung that the reader stands on; Technical and Product have no number."""
    if message.level:
        return int(message.level) if message.level.isdigit() else None
    return message.context.get("level")


def _next(context: Mapping[str, Any], reader: Reader) -> str:
    """The next climb or else the next clock to run out; nothing where the snapshot's future is over."""
    step = context.get("next")
    if step and step.get("level") and moment(step["at"]) > reader.at:
        names = {"time": reader.time(moment(step["at"])), "level": step["level"]}
        return _("If nobody acts by %(time)s, level %(level)s is told.") % names
    due = [(moment(each["due_at"]), each["kind"]) for each in context.get("clocks", []) if each.get("due_at")]
    coming = [pair for pair in due if pair[0] > reader.at]
    if not coming:
        return ""
    at, kind = min(coming)
    names = {"time": reader.time(at), "clock": told_facts.lower(kind)}
    if (context.get("level") or TOP) >= TOP:
        return _("If nobody acts, the %(clock)s is overdue at %(time)s.") % names
    return _("If nobody acts, the %(clock)s is overdue at %(time)s, and the next level is told.") % names


def _late(message: Notification, reader: Reader) -> str:
    events = told_facts.causes(message.context["facts"])
    if not (message.late or any(fact.get("late") for fact in events)):
        return ""
    first = min((at for fact in events if fact.get("late") and (at := told_facts.when(fact))), default=message.due_at)
    count = max(len(events), 1)
    sentence = ngettext(
        "This message is late: it was due at %(due)s and left at %(now)s. It covers %(count)d event.",
        "This message is late: it was due at %(due)s and left at %(now)s. It covers %(count)d events.",
        count,
    )
    return sentence % {"due": reader.time(first), "now": reader.time(reader.at), "count": count}


def url_of(path: str) -> str:
    """Absolute; a snapshot holds paths, so that no mail can be made to point elsewhere."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"not a path: {path}")
    return settings.BASE_URL.rstrip("/") + path
