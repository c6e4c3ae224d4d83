"""What people did, done again in a replayed life: the same changes as the desk's verbs make, in the same order.

What makes no sense any more (a level escalated to by hand that was told already, a rung passed on that was never told)
is left out; all else happens as it did.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from contacts.matrix import Recipient
from escalations.actors import Actor
from escalations.enums import TOP, Cause, EventKind, Status
from escalations.ladder import kind_for, person_of
from escalations.models.pause import PauseCause
from escalations.verbs.customer import (
    answer,
    end_pause,
    heard,
    pause,
    record_unseen_breach,
    start_update_clock,
    stop_clock,
)
from escalations.verbs.desk import retarget
from escalations.verbs.told import HOLD

from .facts import Act, Facts
from .life import Life, Rehearsal, Who
from .outcome import Outcome
from .rules import Rules

BY_HAND = (Cause.MANUAL, Cause.UNREACHABLE, Cause.WRONG_PERSON)
NOBODY = Actor("")


def replay(facts: Facts, rules: Rules, who: Who, until: datetime) -> Outcome:
    """What would have come of this issue up to `until` under these rules; `who` gives the matrix of a moment."""
    life = Life(facts, rules, who)
    life.open()
    for act in facts.acts:
        life.run_engine(before=act.at)
        if does := DOES.get(act.what):
            does(life, act)
    life.run_engine(until=until)
    return life.finish()


def _acknowledge(life: Life, act: Act) -> None:
    promised = _moment(act.data.get("next_update_at"))
    with life.turn("acknowledge", act.at) as case:
        answer(case)
        if act.data.get("message") or promised:
            heard(case, promised)


def _update(life: Life, act: Act) -> None:
    with life.turn("send_update", act.at) as case:
        heard(case, _moment(act.data.get("next_update_at")))


def _wait(life: Life, act: Act) -> None:
    with life.turn("wait", act.at) as case:
        answer(case)
        for clock in case.clocks:
            record_unseen_breach(case, clock)
        pause(case, PauseCause.WAITING, case.at, by=NOBODY, reason="")


def _resume(life: Life, act: Act) -> None:
    with life.turn("resume", act.at) as case:
        end_pause(case)


def _customer(life: Life, act: Act) -> None:
    """A reopening is an act of its own, right after."""
    match act.data.get("what"):
        case "reply":
            with life.turn("customer_replies", act.at) as case:
                end_pause(case)
        case "complaint":
            with life.turn("customer_complains", act.at) as case:
                ticket = case.ticket
                if ticket.taken_at or ticket.held_until:
                    _let_go(case)
                    ticket.held_until, ticket.climbed_at = None, case.at
                end_pause(case)


def _resolve(life: Life, act: Act) -> None:
    with life.turn("resolve", act.at) as case:
        answer(case)
        _end(case, judged=True)
        case.tell_all("resolved", unless=act.email)
        _end_rungs(life, act.at)


def _merge(life: Life, act: Act) -> None:
    """The one that is closed as a duplicate; the other one goes on as it was."""
    if "into" not in act.data:
        return
    with life.turn("merge", act.at) as case:
        _end(case, judged=False)
        case.tell_all("merged", unless=act.email)
        _end_rungs(life, act.at)


def _end(case: Rehearsal, *, judged: bool) -> None:
    end_pause(case)
    for clock in case.clocks:
        if not clock.stopped_at:
            stop_clock(case, clock, judged=judged)
    case.ticket.resolved_at, case.ticket.held_until = case.at, None


def _reopen(life: Life, act: Act) -> None:
    with life.turn("reopen", act.at) as case:
        ticket = case.ticket
        pause(case, PauseCause.RESOLVED, ticket.resolved_at or case.at, by=NOBODY, reason="")
        end_pause(case)
        ticket.status, ticket.resolved_at = Status.IN_PROGRESS, None
        resolution = life.resolution()
        resolution.resume_after_stop()
        case.clocks.append(resolution)
        start_update_clock(case)
        ticket.level, ticket.climbed_at, ticket.held_until = 1, case.at, None
        ticket.taken_at, ticket.taken_by_name = None, ""
        case.tell_rungs(ticket.severity.notify_on_open, cause=Cause.REOPENED)


def _severity(life: Life, act: Act) -> None:
    severity = life.rules.severities[act.data["severity"]]
    with life.turn("change_severity", act.at, once=True) as case:
        ticket, before = case.ticket, case.ticket.severity
        ticket.severity, ticket.untriaged = severity, False
        if before.code != severity.code:
            retarget(case)
        told = {str(rung.level) for rung in life.open_rungs()} | {str(level) for level in range(1, ticket.level + 1)}
        rungs = [rung for rung in severity.notify_on_open if str(rung) not in told]
        case.tell_rungs(rungs, cause=Cause.SEVERITY, already=told)


def _assign(life: Life, act: Act) -> None:
    with life.turn("assign", act.at) as case:
        case.ticket.owner = owner = life.facts.users.get(act.data.get("owner", ""))
        case.ticket.team_id = case.ticket.team_id or (owner.team_id if owner else None)


def _take(life: Life, act: Act) -> None:
    with life.turn("take", act.at) as case:
        ticket = case.ticket
        ticket.taken_at, ticket.taken_by_name = case.at, act.who
        step = ticket.severity.one_step_after(case.at)
        ticket.held_until = max(step, ticket.held_until or step)


def _hold(life: Life, act: Act) -> None:
    with life.turn("hold_ladder", act.at) as case:
        if case.ticket.level < TOP:
            case.ticket.held_until = max(case.ticket.held_until or case.at, case.at + HOLD)


def _de_escalate(life: Life, act: Act) -> None:
    with life.turn("de_escalate", act.at) as case:
        ticket = case.ticket
        if ticket.level > 1:
            ticket.level -= 1
            _end_rungs(life, act.at, above=ticket.level)
            ticket.held_until = ticket.severity.one_step_after(case.at)


def _escalate(life: Life, act: Act) -> None:
    """By hand, or because somebody could not be reached or was the wrong one. A level is written as a number where the
    ladder climbed, and as text where somebody joined a rung, or a side rung was told."""
    cause, level = act.data.get("cause"), act.data.get("level")
    if cause not in BY_HAND:
        return  # the engine's own: it comes, or not, by itself
    with life.turn("escalate", act.at) as case:
        ticket, rung = case.ticket, life.open_rung(str(level))
        if isinstance(level, int):
            if level > ticket.level and (cause == Cause.MANUAL or life.open_rung(act.data.get("from_rung", ""))):
                case.climb_to(level, cause=str(cause))
                ticket.climbed_at = case.at
                ticket.held_until = None if cause == Cause.MANUAL else ticket.held_until
        elif rung:
            _join(life, case, rung, act)
        elif level and not str(level).isdigit():
            case.tell_rung(level, cause=str(cause))


def _join(life: Life, case: Rehearsal, rung: Any, act: Act) -> None:
    person = life.facts.people.get((rung.level, act.data.get("to", ""))) or Recipient(act.data.get("to", ""), "")
    rung.contacts = [*rung.contacts, person_of(person)]
    by_hand = act.data["cause"] == Cause.MANUAL
    case.tell(person, "escalated" if by_hand else kind_for(rung.cause), escalation=rung)
    if by_hand and case.ticket.taken_at and case.ticket.taken_by_name == act.who:
        _let_go(case)
        case.ticket.held_until = case.ticket.severity.one_step_after(case.at)


def _let_go(case: Rehearsal) -> None:
    case.ticket.taken_at, case.ticket.taken_by_name = None, ""


def _end_rungs(life: Life, at: datetime, *, above: int = 0) -> None:
    """Numbered rungs above this one; all, if none is given."""
    for rung in life.open_rungs():
        if not above or (rung.level.isdigit() and int(rung.level) > above):
            rung.ended_at = at


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


DOES: dict[str, Callable[[Life, Act], None]] = {
    EventKind.ACKNOWLEDGED: _acknowledge,
    EventKind.UPDATE_SENT: _update,
    EventKind.WAITING: _wait,
    EventKind.RESUMED: _resume,
    EventKind.CUSTOMER: _customer,
    EventKind.RESOLVED: _resolve,
    EventKind.MERGED: _merge,
    EventKind.REOPENED: _reopen,
    EventKind.SEVERITY: _severity,
    EventKind.ASSIGNED: _assign,
    EventKind.TAKEN: _take,
    EventKind.HELD: _hold,
    EventKind.DE_ESCALATED: _de_escalate,
    EventKind.ESCALATED: _escalate,
}
