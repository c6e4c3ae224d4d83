"""The response checklist of a ticket (Escalation Protocol, section 7): what is asked, what is done, what is open.

The system ticks what it saw happen; people tick the rest, or say that it is not needed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from escalations.checklist_facts import Facts
from escalations.enums import OPEN, ClockKind, Verdict
from escalations.models.care import ChecklistMark
from escalations.models.protocol import ChecklistLine

# These tick themselves and in no other way: a person can say at most that they are not needed.
SEEN_ONLY = {"acknowledge", "create-ticket", "root-cause", "post-mortem", "account-health"}
# Begins with the resolution and goes on after closing, so it never stands in the way.
AFTER_CLOSING = {"account-health"}


class State(StrEnum):
    DONE = "done"
    OPEN = "open"
    RUNNING = "running"  # kept so far, and not over
    IF_NEEDED = "if_needed"
    WAIVED = "waived"  # somebody said that it is not needed here
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Item:
    """One line as it stands. `mark` is what a person said of it; a line that is done without one ticked itself."""

    line: ChecklistLine
    asked: str  # required, if_needed or no
    label: str
    state: State
    mark: ChecklistMark | None

    @property
    def key(self) -> str:
        return self.line.key

    @property
    def is_required(self) -> bool:
        return self.asked == "required"

    @property
    def is_done(self) -> bool:
        return self.state == State.DONE

    @property
    def blocks_closing(self) -> bool:
        return self.is_required and self.state in (State.OPEN, State.RUNNING) and self.key not in AFTER_CLOSING


def checklist_of(ticket: Any, facts: Facts) -> list[Item]:
    """All lines in their order, in one query."""
    return [_item(line, ticket, facts) for line in lines_for(ticket)]


def open_lines(ticket: Any) -> list[Item]:
    """What stands in the way of closing."""
    return [item for item in checklist_of(ticket, Facts.of(ticket)) if item.blocks_closing]


def lines_for(ticket: Any) -> QuerySet[ChecklistLine]:
    """Each line with the ticket's own mark of it as `mark`, which is None where there is none."""
    own = FilteredRelation("marks", condition=Q(marks__ticket=ticket.pk))
    lines: QuerySet[Any] = ChecklistLine.objects.annotate(mark=own)
    return lines.select_related("mark__by")


def progress(items: Sequence[Item]) -> tuple[int, int]:
    """How many are done, of those that are required or were done all the same."""
    counted = [item for item in items if item.is_done or (item.is_required and item.state != State.WAIVED)]
    return sum(item.is_done for item in counted), len(counted)


def asked_of(line: ChecklistLine, severity: str) -> tuple[str, str]:
    """What the severity asks of the line, and the label that says how much."""
    cell = line.by_severity.get(severity) or {}
    return cell.get("asked", "no"), cell.get("label", "")


def _item(line: ChecklistLine, ticket: Any, facts: Facts) -> Item:
    asked, label = asked_of(line, ticket.severity_id)
    mark = getattr(line, "mark", None)
    seen = _seen(line.key, ticket, facts)
    if asked == "no":
        return Item(line, asked, label, State.NOT_ASKED, None)
    if seen == State.DONE or mark is None:
        return Item(line, asked, label, seen or (State.OPEN if asked == "required" else State.IF_NEEDED), None)
    return Item(line, asked, label, State.DONE if mark.needed else State.WAIVED, mark)


def _seen(key: str, ticket: Any, facts: Facts) -> State | None:
    """What the system saw of this line: done, running, or nothing that would settle it."""
    done = {
        "acknowledge": ticket.acknowledged_at is not None,
        "create-ticket": True,
        "notify-team": bool(facts.told or facts.room_told_at),
        "escalate": any(level in facts.told_levels for level in "2345"),
        "response-team": facts.team_size > 0,
        "customer-call": facts.call_at is not None,
        "hourly-updates": not ticket.is_open and updates_kept(facts),
        "root-cause": bool(ticket.root_cause.strip()),
        "post-mortem": facts.reviewed_at is not None,
        "account-health": facts.check_ins_done > 0 and not facts.check_ins_open,
    }.get(key, False)
    running = {
        "hourly-updates": ticket.status in OPEN and updates_kept(facts),
        "account-health": facts.check_ins_open > 0,
    }.get(key, False)
    return State.DONE if done else State.RUNNING if running else None


def updates_kept(facts: Facts) -> bool:
    """Every update owed so far came in time: no update clock has been breached. Clocks that a change of severity
    stopped without a verdict do not count, nor do they spoil anything."""
    updates = [clock for clock in facts.clocks if clock.kind == ClockKind.UPDATE]
    return bool(updates) and not any(clock.breached_at or clock.verdict == Verdict.BREACHED for clock in updates)
