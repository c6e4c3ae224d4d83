"""What has happened to a ticket, in words: the facts of a snapshot as phrases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from templates_app import plain
from templates_app.moments import Reader, moment, span

Fact = Mapping[str, Any]

CLOCKS = {
    "response": gettext_lazy("First response"),
    "update": gettext_lazy("Customer update"),
    "resolution": gettext_lazy("Resolution"),
}
OVERDUE = {
    "response": gettext_lazy("First response overdue"),
    "update": gettext_lazy("Customer update overdue"),
    "resolution": gettext_lazy("Resolution overdue"),
}
CLOSE = {
    "response": gettext_lazy("First response close to its limit"),
    "update": gettext_lazy("Customer update close to its limit"),
    "resolution": gettext_lazy("Resolution close to its limit"),
}
PLAIN = {
    "opened": gettext_lazy("Logged"),
    "severity": gettext_lazy("Severity changed"),
    "skipped": gettext_lazy("Passed over, the time was up already"),
    "reminder": gettext_lazy("Reminder: an update is owed to the customer"),
    "assigned": gettext_lazy("Assigned"),
    "taken": gettext_lazy("Taken"),
    "held": gettext_lazy("The ladder was given two hours"),
    "resolved": gettext_lazy("Resolved"),
    "reopened": gettext_lazy("Opened again"),
    "vacant": gettext_lazy("Nobody on a rung before"),
    "unreachable": gettext_lazy("Somebody before could not be reached"),
    "de_escalated": gettext_lazy("De-escalated"),
    "team": gettext_lazy("The response team changed"),
    "merged": gettext_lazy("Merged"),
    "customer": gettext_lazy("The customer wrote"),
    "note": gettext_lazy("Noted"),
    "update_sent": gettext_lazy("The customer was updated"),
}


NEWS: dict[str, tuple[tuple[str, ...], ...]] = {  # by kind of message, the best reasons first
    "escalated": (("breach", "step"), ("escalated", "severity")),
    "breach": (("breach", "step"),),
    "opened": (("opened",), ("severity",)),
    "mentioned": (("note",),),
    "reply": (("customer",),),
    "returned": (("unreachable",),),
    "watching": (
        ("merged",),
        ("resolved",),
        ("reopened",),
        ("escalated",),
        ("severity",),
        ("breach",),
        ("update_sent",),
    ),
}
CONSEQUENCES = ("escalated", "skipped", "vacant", "unreachable")


def main_fact(kind: str, facts: list[Fact]) -> Fact:
    """The latest that makes a message of this kind. Who was told or passed over follows from it: that is no news."""
    for whats in NEWS.get(kind, ((kind,),)):
        if about := [fact for fact in facts if fact["what"] in whats]:
            return about[-1]
    return (causes(facts) or [{"what": ""}])[-1]


def causes(facts: list[Fact]) -> list[Fact]:
    """Without what followed from something else among them."""
    return [fact for fact in facts if fact["what"] not in CONSEQUENCES] or facts


def when(fact: Fact) -> datetime | None:
    """When it was due or, where nothing was due, when it happened."""
    text = fact.get("due_at") or fact.get("at")
    return moment(text) if text else None


def happened(facts: list[Fact], reader: Reader) -> list[str]:
    """One line each; who was told only matters where that came late."""
    shown = facts if any(fact.get("late") for fact in facts) else causes(facts)
    return list(dict.fromkeys(line for fact in shown if (line := _line(fact, reader))))


def situation(fact: Fact, due: datetime | None, reported_at: datetime, reader: Reader) -> str:
    """For subjects: how things stand, in a few words without a verb of blame. `due` is the clock's."""
    match fact["what"], fact.get("clock"):
        case "breach" | "step", "response":
            return _("not answered for %s") % _since(fact, reported_at, reader)
        case "breach" | "step", "resolution":
            return _("not solved for %s") % _since(fact, reported_at, reader)
        case "breach" | "step", _clock:
            return _overdue(_("customer update"), due, reader)
        case "at_risk", clock:
            return _("%(clock)s due %(time)s") % {"clock": lower(clock), "time": reader.time(due)} if due else ""
        case "reminder", _clock:
            return _overdue(_("customer update"), due, reader)
    return ""


def _since(fact: Fact, reported_at: datetime, reader: Reader) -> str:
    """What the customer has waited, on any clock on the wall; a target of working hours would sound too short."""
    waited = reader.at - reported_at
    return span(waited) if waited.total_seconds() >= 60 else plain.one_line(fact.get("target")) or span(waited)


def _overdue(what: str, due: datetime | None, reader: Reader) -> str:
    if due is None:
        return _("%s owed") % what
    past = reader.at - due
    if past.total_seconds() >= 60:
        return _("%(what)s overdue for %(span)s") % {"what": what, "span": span(past)}
    if past.total_seconds() >= 0:
        return _("%s is due now") % what
    return _("%(what)s due %(time)s") % {"what": what, "time": reader.time(due)}


def _line(fact: Fact, reader: Reader) -> str:
    words = phrase(fact)
    at = when(fact)
    if not words:
        return ""
    return f"{reader.time(at)} – {words}" if at else words


def phrase(fact: Fact) -> str:
    clock = fact.get("clock") or ""
    match fact["what"]:
        case "breach":
            return str(OVERDUE.get(clock, _("Overdue")))
        case "step":
            return _("%s, and nobody has it yet") % OVERDUE.get(clock, _("Still overdue"))
        case "at_risk":
            return str(CLOSE.get(clock, _("Close to its limit")))
        case "escalated":
            return told(str(fact.get("level") or ""))
    return str(PLAIN.get(fact["what"], ""))


def told(level: str) -> str:
    if level.isdigit():
        return _("Level %s told") % level
    return {"technical": _("Technical told"), "product": _("Product told")}.get(level, _("Escalated"))


def lower(clock: str | None) -> str:
    words = str(CLOCKS.get(clock or "", _("Clock")))
    return words[:1].lower() + words[1:]
