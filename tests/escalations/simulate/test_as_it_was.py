"""Replayed under the settings that ran, what people did leads to what really happened, to the instant."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from contacts.models import User
from escalations.actors import Actor
from escalations.errors import Invalid, NotAllowed
from escalations.models import Clock, Escalation, Event, Ticket
from escalations.protocol.content import snapshot
from escalations.simulate.acts import replay
from escalations.simulate.outcome import Fired
from escalations.simulate.reading import facts, who_stood
from escalations.simulate.rules import Rules
from escalations.sweep import sweep
from templates_app.models import Notification
from tests.escalations.test_random_days import arguments

VERBS = [
    "acknowledge", "assign", "change_severity", "wait", "resume", "send_update", "send_update", "escalate", "take",
    "de_escalate", "hold_ladder", "hand_to", "resolve", "reopen", "customer_complains", "customer_replies",
]  # fmt: skip
TOLD_BY_THE_ENGINE = ("at_risk", "breach", "reminder", "escalated", "opened", "reopened", "resolved")
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("seed", range(5))
def test_a_replay_under_the_same_settings_is_what_happened(
    log_issue: Any, casey: User, bob: User, vera: User, at: datetime, seed: int
) -> None:
    chance = random.Random(seed)
    tickets = [_logged(log_issue, chance, at, number) for number in range(2)]
    end = _lived(tickets, chance, {"casey": casey, "bob": bob, "vera": vera}, at)
    rules, who = Rules.of(snapshot()), who_stood(end)
    for given in facts([ticket.pk for ticket in tickets]):
        outcome = replay(given, rules, who, end)
        assert _fired(given.pk) == sorted(outcome.fired, key=_order)
        assert _breached(given.pk) == outcome.breached
        assert _told(given.pk) == [(told.level, told.cause, told.at, told.to) for told in outcome.told]
        mails = {(mail.at, mail.email, mail.leaves_at) for mail in outcome.mails}
        assert _mails(given.pk, of_the_engine=True) <= mails <= _mails(given.pk)


def _logged(log_issue: Any, chance: random.Random, at: datetime, number: int) -> Ticket:
    begins = at + timedelta(minutes=7 * number, seconds=11)
    more: dict[str, Any] = {"untriaged": True} if chance.random() < 0.3 else {}
    before = timedelta(minutes=chance.choice([0, 0, 10, 600]))
    return log_issue(chance.choice(["P1", "P2", "P3", "P4"]), at=begins, reported_at=begins - before, **more)


def _lived(tickets: list[Ticket], chance: random.Random, people: dict[str, User], at: datetime) -> datetime:
    """Some days: the engine at every instant at which something is due, people in between."""
    now = at + timedelta(minutes=8)
    for _turn in range(18):
        now += timedelta(minutes=chance.choice([1, 3, 10, 45, 240, 900]), seconds=chance.randint(1, 59))
        _run_engine(now - SECOND)
        _act(chance.choice(tickets), chance, people, now)
    _run_engine(now + timedelta(hours=6))
    return now + timedelta(hours=6)


def _run_engine(until: datetime) -> None:
    while coming := Clock.objects.filter(next_event_at__lte=until).order_by("next_event_at").first():
        sweep(coming.next_event_at)


def _act(ticket: Ticket, chance: random.Random, people: dict[str, User], now: datetime) -> None:
    verb, by = chance.choice(VERBS), people[chance.choice(["casey", "vera"])]
    given = arguments(verb, ticket, chance, [people["casey"], people["bob"]], now)
    if verb == "hand_to":
        given = {"user": people["bob"], "reason": "Yours."}
    if verb.startswith("customer"):
        given, by = {"text": "Still broken."}, Actor.outsider("Dana")  # type: ignore[assignment]
    try:
        getattr(ticket, verb)(by=by, at=now, **given)
    except (NotAllowed, Invalid):
        ticket.refresh_from_db()


def _order(fired: Fired) -> Any:
    return fired.at, fired.due_at, fired.clock, fired.cycle, fired.key


def _fired(key: int) -> list[Fired]:
    events = Event.objects.filter(ticket=key, clock__isnull=False).select_related("clock")
    return sorted((Fired(e.clock.kind, e.cycle, e.key, e.due_at, e.at) for e in events), key=_order)


def _breached(key: int) -> dict[tuple[str, int], datetime]:
    clocks = Clock.objects.filter(ticket=key, breached_at__isnull=False)
    return {(clock.kind, clock.cycle): clock.breached_at for clock in clocks}


def _told(key: int) -> list[Any]:
    rungs = Escalation.objects.filter(ticket=key).order_by("pk")
    return [(each.level, each.cause, each.at, tuple(p["name"] for p in each.contacts)) for each in rungs]


def _mails(key: int, *, of_the_engine: bool = False) -> set[Any]:
    """The moment, to whom, when it left. What a verb says besides at the same moment is one message with it."""
    sent = Notification.objects.filter(about=Ticket(pk=key).number)
    if of_the_engine:
        sent = sent.filter(kind__in=TOLD_BY_THE_ENGINE)
    return {(each.created_at, each.to_address.lower(), each.held_until or each.created_at) for each in sent}
