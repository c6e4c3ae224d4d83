"""Random days at the desk: whatever people do, in whatever order, the rows stay true."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from contacts.models import User
from escalations.case import Case
from escalations.errors import NotAllowed
from escalations.journal import Journal
from escalations.models import Clock, Severity, Ticket
from escalations.models.clock import AT_RISK, BREACH
from escalations.sweep import sweep

VERBS = [
    "acknowledge",
    "assign",
    "change_severity",
    "wait",
    "resume",
    "note",
    "send_update",
    "escalate",
    "take",
    "de_escalate",
    "resolve",
    "reopen",
    "close",
]


def arguments(verb: str, ticket: Ticket, chance: random.Random, people: list[User], at: datetime) -> dict[str, Any]:
    match verb:
        case "assign":
            return {"owner": next(p for p in people if p != ticket.owner)}
        case "change_severity":
            others = [code for code in ("P1", "P2", "P3", "P4") if code != ticket.severity_id]
            return {"severity": Severity.objects.get(pk=chance.choice(others)), "reason": "It changed."}
        case "send_update":
            promise = at + timedelta(minutes=chance.randint(5, 600)) if chance.random() < 0.4 else None
            return {"summary": "News.", "next_steps": "More.", "next_update_at": promise}
        case "resolve":
            return {"root_cause": "a", "solution": "b", "prevention": "c"}
        case "note":
            return {"text": "Seen."}
        case "close" if chance.random() < 0.7:
            return {"reason": "That will do."}
        case "wait" | "escalate" | "de_escalate" | "reopen":
            return {"reason": "Because."}
    return {}


@pytest.mark.parametrize("seed", range(12))
def test_a_random_day(log_issue: Any, casey: User, bob: User, vera: User, at: datetime, seed: int) -> None:
    chance = random.Random(seed)
    ticket = log_issue(
        chance.choice(["P1", "P2", "P3", "P4"]), reported_at=at - timedelta(minutes=chance.choice([0, 0, 10, 600]))
    )
    now = at
    for _turn in range(40):
        now += timedelta(minutes=chance.choice([1, 3, 10, 45, 240, 1500]))
        if chance.random() < 0.7:
            sweep(now)
        verb = chance.choice(VERBS)
        try:
            getattr(ticket, verb)(
                by=chance.choice([casey, vera]), at=now, **arguments(verb, ticket, chance, [casey, bob], now)
            )
        except NotAllowed:
            ticket.refresh_from_db()
        sweep(now)
        check(ticket, now)


def check(ticket: Ticket, now: datetime) -> None:
    fresh = Ticket.objects.with_clocks().get(pk=ticket.pk)
    clocks = list(fresh.clocks.all())
    assert not [c for c in clocks if c.next_event_at and c.next_event_at <= now], "nothing that is due was left"
    running = [c for c in clocks if not c.stopped_at]
    assert bool(running) == fresh.is_open or {c.kind for c in running} <= {"resolution"}
    plan = {c.pk: (c.due_at, c.at_risk_at, c.next_event_at, c.next_event) for c in running}
    due = (fresh.next_due_at, fresh.next_due_kind)
    for clock in running:
        clock.ticket = fresh
    Case(Journal(now), fresh, running, fresh.spans()).plan()
    assert plan == {c.pk: (c.due_at, c.at_risk_at, c.next_event_at, c.next_event) for c in running}
    assert due == (fresh.next_due_at, fresh.next_due_kind), "what the lists are ordered by is true"
    for event in fresh.events.filter(key__in=[AT_RISK, BREACH]):
        assert event.due_at <= event.at
    told = list(fresh.escalations.filter(ended_at=None).values_list("level", flat=True))
    assert len(told) == len(set(told))
    assert Clock.objects.filter(ticket=fresh, stopped_at=None).count() == len({c.kind for c in running})
