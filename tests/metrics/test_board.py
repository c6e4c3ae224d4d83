"""Random desks against the same numbers in plain Python: live, rolled up, and the lists behind each figure."""

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from contacts.models import Team, User
from escalations.models import Event, Ticket
from metrics.board import Board, board
from metrics.figures import FIGURES
from metrics.models import COUNTS, DaySpread, DayTally, Rollup
from metrics.period import ONE_DAY, midnight
from metrics.rollup import roll_up
from metrics.scope import Scope
from metrics.spread import on_scale
from tests.escalations.conftest import fill_protocol
from tests.metrics.desk import Desk
from tests.metrics.oracle import Oracle
from tests.rows import Rows

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ADDRESSES = (
    "span=90d",
    "span=30d&severity=P2",
    "span=90d&team=emea&by=team",
    "span=90d&team=none&severity=P1&by=cause",
    "span=90d&customer=customer-1&by=owner",
    "span=90d&owner=person-1&by=customer",
    "span=quarter&owner=none&team=apac",
    "span=90d&severity=P2&team=emea&customer=customer-0&owner=person-0",
    "from=2026-09-20&to=2026-10-31&by=team",
    "from=2025-01-01&to=2026-11-01&by=customer",
)


@pytest.fixture(scope="session")
def played(django_db_setup: None, django_db_blocker: Any) -> Rows:
    def play() -> None:
        fill_protocol()
        Desk(7, NOW).play(tickets=40, turns=420, days=70)

    with django_db_blocker.unblock():
        return Rows.of(play)


@pytest.fixture
def desk(db: None, played: Rows) -> User:
    played.copy()
    return User.objects.get(username="person-0")


def scope(user: User, address: str = "span=90d", zone: str = "UTC", at: datetime = NOW) -> Scope:
    user.time_zone = zone
    return Scope.read(QueryDict(address), user, at)


def check(found: Board, oracle: Oracle) -> None:
    """Every number of the board is that of the plain words."""
    asked = found.scope
    assert counted(found.now) == oracle.sums(asked, asked.first, asked.last)
    assert counted(found.before) == oracle.sums(asked, asked.first_before, asked.first - ONE_DAY)
    assert counted(sum((each.sums for each in found.buckets), start=type(found.now)())) == counted(found.now)
    for bucket in (found.buckets[0], found.buckets[len(found.buckets) // 2], found.weeks[-1]):
        assert counted(bucket.sums) == oracle.sums(asked, bucket.first, bucket.last)
    assert found.active == len(oracle.open(asked))
    assert [number for _key, _words, number in found.ageing] == oracle.ages(asked)
    assert found.heat == oracle.heat(asked)
    ends = [midnight(bucket.last + ONE_DAY, asked.zone) for bucket in found.buckets]
    assert found.backlog == [oracle.open_at(asked, end) for end in ends]
    assert found.value_at_risk == oracle.at_risk(asked)
    column = {"cause": "cause"}.get(asked.by, f"{asked.by}_id")
    for row in found.table:
        mine = lambda t, key=row.key: ("" if getattr(t, column) is None else str(getattr(t, column))) == key  # noqa: E731
        assert counted(row.sums) == oracle.sums(asked, asked.first, asked.last, mine)
        assert row.open == sum(map(mine, oracle.open(asked)))
    took = oracle.took(asked)
    spread = found.spread["answer_elapsed"]
    assert spread.count == len(took)
    if took:
        assert spread.median == on_scale(int(took[-(-len(took) // 2) - 1]))
        assert spread.p90 == on_scale(int(took[-(-len(took) * 9 // 10) - 1]))


def counted(sums: Any) -> dict[str, int]:
    return {name: number for name, number in asdict(sums).items() if number}


def test_the_desk_has_everything_to_count(desk: User) -> None:
    """Or what follows would compare nothing with nothing."""
    found = counted(board(scope(desk)).now)
    assert [name for name in COUNTS if not found.get(name)] == []


@pytest.mark.parametrize("zone", ["UTC", "Australia/Lord_Howe"])
def test_live_and_rolled_up_are_what_the_words_say(desk: User, zone: str) -> None:
    oracle = Oracle(NOW)
    live = [board(scope(desk, address, zone)) for address in ADDRESSES]
    for found in live:
        check(found, oracle)
    roll_up(NOW, zone=zone)
    assert DayTally.objects.filter(zone=zone).count() > 50
    for address, before in zip(ADDRESSES, live, strict=True):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            again = board(scope(desk, address, zone))
        assert len(asked) <= 7 + 3, "seven, and one for each filter that the address names"
        before.scope = again.scope
        assert again == before


def test_each_figure_counts_the_rows_behind_it(desk: User) -> None:
    for address in ADDRESSES[::3]:
        found = board(scope(desk, address, "America/Santiago"))
        rows = {key: figure.rows(found.scope).count() for key, figure in FIGURES.items()}
        assert {name: rows[name] for name in COUNTS} == {name: getattr(found.now, name) for name in COUNTS}
        assert rows["active"] == found.active
        assert rows["critical"] == found.kpis.critical_issues_mtd
        assert rows["missed"] == sum(found.heat.values()) == found.now.missed
        assert rows["backlog"] == found.backlog[-1]
        assert rows["opened_open"] == found.now.opened - found.now.opened_done
        if rows["asked"]:
            assert rows["kept"] / rows["asked"] == found.kpis.customer_retention


def test_a_part_of_a_figure_has_its_own_list(desk: User) -> None:
    found = board(scope(desk, "span=90d&by=cause", "Asia/Kolkata"))

    def behind(address: str) -> int:
        query = QueryDict(address.partition("?")[2])
        return FIGURES[query["figure"]].rows(scope(desk, query.urlencode(), "Asia/Kolkata")).count()

    asked = found.scope
    for (weekday, hour), number in list(found.heat.items())[:5]:
        assert behind(asked.rows_url("missed", weekday=weekday, hour=hour)) == number
    for key, _words, number in found.ageing:
        assert behind(asked.rows_url("ageing", age=key)) == number
    for row in found.table:
        assert behind(asked.rows_url("resolved", **dict(row.params))) == row.sums.resolved
        assert behind(asked.rows_url("response_missed", **dict(row.params))) == row.sums.response_missed
    busiest = max(found.buckets, key=lambda bucket: bucket.sums.opened)
    for severity, sums in busiest.by_severity.items():
        url = asked.rows_url("opened", first=busiest.first, last=busiest.last, severity=severity)
        assert behind(url) == sums.opened
    assert behind(asked.rows_url("reached", level=4)) == found.now.reached_4


def test_late_facts_are_counted_at_once_and_rolled_up_in_the_next_round(desk: User) -> None:
    """Whatever happens to old issues: the figures are right before the roll-up knows of it, and after."""
    roll_up(NOW, zone="UTC")
    story = Desk.__new__(Desk)
    later = NOW + timedelta(minutes=20)
    story.chance, story.now = __import__("random").Random(3), later
    story.people = list(User.objects.filter(username__startswith="person").order_by("pk"))
    story.customers = [ticket.customer for ticket in Ticket.objects.select_related("customer")[:3]]
    story.severities = {ticket.severity_id: ticket.severity for ticket in Ticket.objects.select_related("severity")}
    for turn in range(40):
        story.act(later)
        if turn % 13 == 0:
            story.open(later)
    oracle = Oracle(later)
    seen = Rollup.objects.get(zone="UTC").seen_event
    assert Event.objects.filter(pk__gt=seen).values("kind").distinct().count() > 8
    check(board(scope(desk, at=later)), oracle)
    much_later = later + timedelta(days=2)
    assert roll_up(much_later, zone="UTC")["UTC"] > 5
    assert Rollup.objects.get(zone="UTC").seen_event == Event.objects.order_by("-pk")[0].pk
    rolled = kept()
    found = board(scope(desk, at=much_later))
    assert counted(found.now) == oracle.sums(found.scope, found.scope.first, found.scope.last)
    assert roll_up(much_later, zone="UTC")["UTC"] == 0
    roll_up(much_later, zone="UTC", rebuild=True)
    assert kept() == rolled, "made anew it is the same"


def kept() -> tuple[Counter[Any], Counter[str]]:
    rows = DayTally.objects.values_list("day", "severity", "team", *COUNTS, "answer_worked", "take_elapsed")
    spreads = DaySpread.objects.values_list("day", "severity", "spread")
    return Counter(rows), Counter(map(repr, spreads))


def test_a_round_that_somebody_overtook_writes_nothing(desk: User, monkeypatch: Any) -> None:
    from metrics import rollup

    roll_up(NOW, zone="UTC")
    Rollup.objects.update(seen_event=0)
    count, beaten = rollup._counted, []

    def slowly(days: Any, zone: Any) -> Any:
        rows = count(days, zone)
        if not beaten:
            monkeypatch.setattr(rollup, "_counted", count)
            beaten.append(roll_up(NOW + timedelta(minutes=9), zone="UTC")["UTC"])
        return rows

    monkeypatch.setattr(rollup, "_counted", slowly)
    before = kept()
    assert roll_up(NOW + timedelta(minutes=9), zone="UTC") == {"UTC": 0}
    assert beaten[0] > 50
    assert kept() == before


@pytest.mark.django_db
def test_an_empty_desk_has_no_data() -> None:
    user = User.objects.create(username="nobody")
    Team.objects.create(slug="emea", name="EMEA")
    roll_up(NOW)
    found = board(scope(user, "span=30d"))
    assert not found.now
    assert found.kpis.avg_response_seconds is found.kpis.resolution_rate is found.now.kept_promises is None
    assert found.now.depth(3) is found.spread["take_elapsed"].median is None
    assert (found.active, found.table, found.backlog, found.value_at_risk) == (0, [], [0] * 30, 0)
    assert len(found.buckets) == 30
