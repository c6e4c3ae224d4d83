"""Roll-ups and what is recorded after them: figures are right at once, and the next round makes them so for good."""

from collections import Counter
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from contacts.models import User
from escalations.models import Event, Severity, Ticket
from escalations.sweep import sweep
from metrics import rollup
from metrics.board import board
from metrics.models import COUNTS, LINE, DayLine, DaySpread, DayTally, Rollup
from metrics.rolled import Rolled
from metrics.rollup import roll_up
from metrics.scope import BY
from tests import racing
from tests.escalations.conftest import fill_protocol
from tests.metrics.checks import NOW, check, scope
from tests.metrics.desk import Desk
from tests.metrics.oracle import Oracle

LATER = NOW + timedelta(minutes=20)


@pytest.fixture
def desk(protocol: None) -> User:
    Desk(7, NOW).write(tickets=40)
    return User.objects.get(username="person-0")


def kept() -> tuple[Counter[Any], Counter[str]]:
    rows = DayTally.objects.values_list("day", "severity", "team", *COUNTS, "answer_worked", "take_elapsed")
    spreads = DaySpread.objects.values_list("day", "severity", "team", "name", "steps")
    lines = DayLine.objects.values_list("day", "severity", "team", "by", "key", *LINE)
    return Counter(rows), Counter(map(repr, [*spreads, *lines]))


def test_each_kind_of_late_fact_is_counted_at_once_and_rolled_up_in_the_next_round(desk: User) -> None:
    roll_up(NOW, zone="UTC")
    old = {status: list(Ticket.objects.filter(status=status).order_by("reported_at")) for status in ("new", "resolved")}
    new, done, p3 = old["new"], old["resolved"], Severity.objects.get(pk="P3")
    assert all(ticket.reported_at < NOW - timedelta(days=15) for ticket in (*new[:4], *done[:2]))
    other = next(ticket for ticket in Ticket.objects.exclude(status="closed").order_by("-pk") if ticket != new[0])
    mover = User.objects.exclude(team=new[1].team).exclude(pk=new[1].owner_id).exclude(team=None)[0]
    teamless = Ticket.objects.filter(team=None, resolved_at=None, owner=None).order_by("reported_at")[0]
    waiting = Ticket.objects.exclude(status__in=("resolved", "closed")).filter(escalations__taken_at=None)
    told = waiting.exclude(escalations=None).filter(escalations__ended_at=None).order_by("reported_at")[0]
    pairs = combinations(Ticket.objects.filter(status="in_progress").order_by("pk"), 2)
    issue, twin = next((one, two) for one, two in pairs if one.customer_id == two.customer_id)
    by = {"by": desk, "at": LATER}
    facts: dict[str, Any] = {
        "backdated": lambda: Ticket.objects.open(
            customer=new[0].customer, subject="Late", severity=p3, owner=desk, reported_at=NOW - timedelta(days=9), **by
        ),
        "answered": lambda: new[0].acknowledge(**by),
        "reopened": lambda: done[0].reopen(reason="Again.", **by),
        "resolved": lambda: new[1].resolve(root_cause="a", solution="b", prevention="c", **by),
        "resolved and reopened again": lambda: done[0].resolve(root_cause="a", solution="b", prevention="c", **by),
        "severity": lambda: new[2].change_severity(
            severity=Severity.objects.exclude(pk=new[2].severity_id)[0], reason="It changed.", **by
        ),
        "owner": lambda: new[3].assign(owner=mover, **by),
        "owner and team": lambda: teamless.assign(owner=mover, **by),
        "relapse": lambda: other.link(other=done[1], kind="relapse", **by),
        "no relapse": lambda: other.unlink(other=done[1], **by),
        "taken": lambda: told.take(**by),
        "merged": lambda: twin.merge(into=issue, reason="The same.", **by),
    }
    for n, (name, happens) in enumerate(facts.items()):
        before = Event.objects.latest("pk").pk
        happens()
        assert Event.objects.latest("pk").pk > before, name
        asked = scope(desk, f"span=90d&by={BY[n % len(BY)]}", at=LATER)
        assert Rolled.of(asked).is_used, name
        try:
            check(board(asked), Oracle(LATER))
        except AssertionError as trouble:
            raise AssertionError(name) from trouble
        if n % 5 == 4:
            assert roll_up(LATER + timedelta(minutes=n), zone="UTC")["UTC"] > 0
    much_later = LATER + timedelta(days=2)
    assert sweep(much_later)
    assert roll_up(much_later, zone="UTC")["UTC"] > 2
    assert Rollup.objects.get(zone="UTC").seen_event == Event.objects.latest("pk").pk
    rolled = kept()
    found = board(scope(desk, at=much_later))
    assert Rolled.of(found.scope).live == [], "today as well"
    check(found, Oracle(much_later))
    assert roll_up(much_later, zone="UTC")["UTC"] == 0
    roll_up(much_later, zone="UTC", rebuild=True)
    assert kept() == rolled, "made anew it is the same"


def test_a_round_that_somebody_overtook_writes_nothing(desk: User, monkeypatch: Any) -> None:
    roll_up(NOW, zone="UTC")
    for issue in Ticket.objects.filter(status="resolved").order_by("reported_at")[:3]:
        issue.reopen(reason="Again.", by=desk, at=LATER)
    for issue in Ticket.objects.filter(status="new").order_by("reported_at")[:3]:
        issue.acknowledge(by=desk, at=LATER)
    before = kept()
    count = rollup._counted
    beaten: list[int] = []

    def slowly(days: Any, zone: Any) -> Any:
        rows = count(days, zone)
        if not beaten:
            monkeypatch.setattr(rollup, "_counted", count)
            beaten.append(roll_up(NOW + timedelta(minutes=9), zone="UTC")["UTC"])
        return rows

    monkeypatch.setattr(rollup, "_counted", slowly)
    assert roll_up(NOW + timedelta(minutes=9), zone="UTC") == {"UTC": 0}
    assert beaten[0] > 5
    assert kept() != before
    renewed = kept()
    roll_up(LATER, zone="UTC", rebuild=True)
    assert kept() == renewed, "no round's work was done twice"


@pytest.mark.only("postgresql")  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_roll_up() -> None:
    fill_protocol()
    Desk(7, NOW, days=20).write(tickets=12)
    built = racing.second(lambda: roll_up(NOW, zone="UTC")["UTC"], while_first=lambda: roll_up(NOW, zone="UTC"))
    assert built > 10
    first = kept()
    assert max(Counter(DayTally.objects.values_list("day", "severity", "team")).values()) == 1
    issue = Ticket.objects.filter(status="new")[0]
    issue.acknowledge(by=User.objects.all()[0], at=LATER)
    renewed = racing.second(lambda: roll_up(LATER, zone="UTC")["UTC"], while_first=lambda: roll_up(LATER, zone="UTC"))
    assert renewed == 0, "the other was faster"
    together = kept()
    assert together != first
    roll_up(LATER, zone="UTC", rebuild=True)
    assert kept() == together
