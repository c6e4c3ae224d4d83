"""The proof of each line of the checklist, in words: what the system saw, or what a person said of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.ui import clock_time, span
from escalations.checklist import Item
from escalations.checklist_facts import Facts
from escalations.enums import ClockKind, EventKind
from escalations.models import Escalation


def said(item: Item, at: datetime) -> str:
    """What a person said of it."""
    assert item.mark
    names = {"name": item.mark.by.name, "when": clock_time(item.mark.at, at), "note": item.mark.note}
    words = _("Ticked by %(name)s, %(when)s") if item.mark.needed else _("Not needed, says %(name)s, %(when)s")
    return (words + (": %(note)s" if item.mark.note else "")) % names


def proof_of(item: Item, ticket: Any, facts: Facts, at: datetime) -> str:
    """What the system saw; for a line that runs, how far it is."""
    match item.key:
        case "acknowledge" if item.is_done:
            return _answered(ticket, facts, at)
        case "create-ticket":
            return _("%(number)s, logged %(when)s") % {
                "number": ticket.number, "when": clock_time(ticket.created_at, at)
            }  # fmt: skip
        case "notify-team" if facts.told or facts.room_told_at:
            return " · ".join(filter(None, [_told(facts.told, at) if facts.told else "", _room(facts, at)]))
        case "escalate" if item.is_done:
            return _told([each for each in facts.told if each.level in "2345"], at)
        case "response-team" if facts.team_size:
            return ngettext("%(n)s person", "%(n)s people", facts.team_size) % {"n": facts.team_size}
        case "customer-call" if facts.call_at:
            return _("Call %(when)s") % {"when": clock_time(facts.call_at, at)}
        case "hourly-updates":
            return _updates(facts)
        case "root-cause" if item.is_done:
            return _("Written with the resolution")
        case "post-mortem" if facts.reviewed_at:
            return _("Published %(when)s") % {"when": clock_time(facts.reviewed_at, at)}
        case "account-health":
            return _health(item, facts, at)
    return ""


def _answered(ticket: Any, facts: Facts, at: datetime) -> str:
    clock = next((c for c in facts.clocks if c.kind == ClockKind.RESPONSE), None)
    if clock is None:
        return ""
    clock.ticket = ticket
    names = {"span": span(clock.elapsed(at)), "name": facts.answered_by}
    if facts.answered_how != EventKind.ACKNOWLEDGED:
        words = (
            _("Answered in %(span)s, late, by %(name)s")
            if clock.breached_at
            else _("Answered in %(span)s, by %(name)s")
        )
        return words % names
    if clock.breached_at:
        return _("Acknowledged in %(span)s, late, by %(name)s") % names
    return _("Acknowledged in %(span)s, by %(name)s") % names


def _told(told: Sequence[Escalation], at: datetime) -> str:
    people = list(dict.fromkeys(each.contacts[0]["name"] for each in told if each.contacts))
    names = ", ".join(people[:2])
    when = clock_time(min((each.at for each in told), default=at), at)
    if len(people) > 2:
        return _("%(names)s and %(n)s more told, %(when)s") % {"names": names, "n": len(people) - 2, "when": when}
    return _("%(names)s told, %(when)s") % {"names": names, "when": when}


def _room(facts: Facts, at: datetime) -> str:
    return _("Slack %(when)s") % {"when": clock_time(facts.room_told_at, at)} if facts.room_told_at else ""


def _updates(facts: Facts) -> str:
    updates = [clock for clock in facts.clocks if clock.kind == ClockKind.UPDATE]
    late = sum(bool(clock.breached_at) for clock in updates)
    if late:
        return _("%(late)s of %(all)s came late") % {"late": late, "all": len(updates)}
    kept = sum(bool(clock.stopped_at) for clock in updates)
    return ngettext("%(n)s in time", "%(n)s in time", kept) % {"n": kept} if kept else _("The first is still to come")


def _health(item: Item, facts: Facts, at: datetime) -> str:
    done, whole = facts.check_ins_done, facts.check_ins_done + facts.check_ins_open
    if not whole:
        return _("Begins when it is resolved")
    if facts.next_check_in:
        return _("%(done)s of %(all)s check-ins, next %(when)s") % {
            "done": done, "all": whole, "when": clock_time(facts.next_check_in, at)
        }  # fmt: skip
    return ngettext("%(n)s check-in done", "%(n)s check-ins done", done) % {"n": done}
