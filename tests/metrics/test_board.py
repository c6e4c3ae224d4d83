"""A random desk against the same numbers in plain Python: live, rolled up, and the lists behind each figure."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from django.db.models import Count
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from contacts.models import Team, User
from escalations.models import Ticket
from metrics import tally
from metrics.board import board
from metrics.figures import FIGURES
from metrics.models import COUNTS, DayTally
from metrics.period import midnight
from metrics.rollup import roll_up
from metrics.scope import BY, SPANS, TIMES, UNITS
from metrics.sums import Sums
from tests.metrics.checks import NOW, check, counted, scope
from tests.metrics.desk import Desk
from tests.metrics.oracle import Oracle

SEVERITIES, TEAMS = ("", "P2"), ("", "emea", "none")
CUSTOMERS, OWNERS = ("", "customer-1"), ("", "person-0", "none")
CUSTOM = "from=2026-09-05&to=2026-10-25"  # with a day of 23 hours in Santiago and one of 25 in Berlin
PLACES = ("UTC", "Australia/Lord_Howe", "Europe/Berlin", "America/Santiago")


@pytest.fixture
def desk(protocol: None) -> User:
    Desk(7, NOW).write(tickets=60)
    return User.objects.get(username="person-0")


def period(n: int) -> str:
    """Another one for each of six neighbours, and for the same place among the next six."""
    span = SPANS[(n + n // len(SPANS)) % len(SPANS)]
    return CUSTOM if span == "custom" else f"span={span}"


def test_for_all_filters_the_sums_are_what_the_words_say_and_each_figure_counts_its_list(desk: User) -> None:
    oracle = Oracle(NOW)
    for n, (severity, team, customer, owner) in enumerate(product(SEVERITIES, TEAMS, CUSTOMERS, OWNERS)):
        address = f"{period(n)}&severity={severity}&team={team}&customer={customer}&owner={owner}"
        asked = scope(desk, address, PLACES[n % len(PLACES)])
        assert not asked.notes
        expected = oracle.sums(asked, asked.first, asked.last)
        # The sums and the lists of all figures, in one query.
        lists = [tally.branch(f"list:{key}", figure.rows(asked), {"n": Count("pk")}) for key, figure in FIGURES.items()]
        rows = tally.gather([*tally.branches(asked.tickets(), [asked.period]), *lists])
        assert counted(Sums.total(tally.sums(rows).values())) == expected, address
        behind = dict.fromkeys(FIGURES, 0) | {
            row[0].removeprefix("list:"): int(row[5]) for row in rows if row[0].startswith("list:")
        }
        assert {name: behind[name] for name in COUNTS} == {name: expected.get(name, 0) for name in COUNTS}, address
        assert behind["active"] == behind["ageing"] == len(oracle.open(asked)), address
        assert behind["backlog"] == oracle.open_at(asked, asked.period.until), address
        assert behind["critical"] == oracle.critical(asked), address
        assert behind["reached"] == behind["reached_2"]
        assert behind["opened_open"] == behind["opened"] - behind["opened_done"]
        assert behind["missed"] == behind["response_missed"] + behind["resolution_missed"]
        retention = oracle.retention(asked, asked.period.until)
        assert (behind["kept"] / behind["asked"] if behind["asked"] else None) == retention, address


def test_the_board_is_what_the_words_say_live_and_rolled_up(desk: User) -> None:
    oracle, zone = Oracle(NOW), "Australia/Lord_Howe"
    addresses = [
        f"{period(n)}&severity={severity}&team={team}&by={BY[n % 5]}&unit={UNITS[n % 2]}&time={TIMES[n % 2]}"
        for n, (severity, team) in enumerate(product(SEVERITIES, TEAMS))
    ]
    addresses += [f"span=90d&by={each}" for each in BY]
    live = [board(scope(desk, address, zone)) for address in addresses]
    assert [name for name in COUNTS if not getattr(live[-1].now, name)] == [], "or nothing is compared with nothing"
    for found in live:
        check(found, oracle)
        assert found.kpis.critical_issues_mtd == oracle.critical(found.scope)
        assert found.kpis.customer_retention == oracle.retention(found.scope, found.scope.period.until)
        assert found.kpis_before.customer_retention == oracle.retention(found.scope, found.scope.before.until)
    roll_up(NOW, zone=zone)
    assert DayTally.objects.filter(zone=zone).count() > 50
    for address, before in zip(addresses, live, strict=True):
        asked = scope(desk, address, zone)
        with CaptureQueriesContext(connection) as queries:
            again = board(asked)
        assert len(queries) <= 7
        before.scope = asked
        assert again == before


def test_customers_owners_and_long_periods_have_a_board_too(desk: User) -> None:
    oracle = Oracle(NOW)
    for address in (
        "span=90d&customer=customer-1&by=owner",
        "span=quarter&owner=none&team=apac&by=customer",
        "span=90d&severity=P2&team=emea&customer=customer-0&owner=person-0&by=team",
        "from=2025-01-01&to=2026-11-01&by=customer",
    ):
        check(board(scope(desk, address, "Europe/Berlin")), oracle)


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


def test_a_leap_day_and_a_month_without_any_p1(protocol: None) -> None:
    now = datetime(2028, 4, 2, 15, 0, tzinfo=UTC)
    Desk(11, now, days=60).write(tickets=30)
    user = User.objects.get(username="person-1")
    leap = date(2028, 2, 29)
    Ticket.objects.filter(pk__in=list(Ticket.objects.filter(status="new").values_list("pk", flat=True)[:2])).update(
        reported_at=midnight(leap, UTC) + timedelta(hours=23)
    )
    oracle = Oracle(now)
    roll_up(now, zone="UTC")
    for address in ("from=2028-02-29&to=2028-02-29", "from=2028-02-01&to=2028-03-31&by=team", "severity=P1&span=90d"):
        check(board(scope(user, address, at=now)), oracle)
    found = board(scope(user, "from=2028-02-29&to=2028-02-29", at=now))
    assert found.now.opened >= 2
    assert found.scope.first_before == date(2028, 2, 28)
    none = board(scope(user, "from=2028-02-02&to=2028-02-20&severity=P1", at=now))
    check(none, oracle)
    assert none.now.opened == 0
    assert none.now.resolution_rate is none.now.depth(2) is none.kpis.resolution_rate is None


@pytest.mark.parametrize("zone", ["America/Santiago", "Europe/Berlin", "Australia/Lord_Howe"])
def test_days_of_other_lengths_are_whole_days(protocol: None, zone: str) -> None:
    """What happened in the last instant of such a day is its own, what happened in the next is the next day's."""
    lengths = {"America/Santiago": ("2026-09-06", 23), "Europe/Berlin": ("2026-10-25", 25)}
    text, hours = lengths.get(zone, ("2026-10-04", 23.5))
    day = date.fromisoformat(text)
    desk = Desk(3, NOW)
    user = desk.people[0]
    asked = scope(user, f"from={day}&to={day}", zone)
    assert asked.period.until - asked.period.since == timedelta(hours=hours)
    step = timedelta(microseconds=1)
    desk.write(tickets=5)
    since, until = asked.period.since, asked.period.until
    for ticket, at in zip(Ticket.objects.all(), (since - step, since, until - step, until, until), strict=True):
        Ticket.objects.filter(pk=ticket.pk).update(
            reported_at=at, acknowledged_at=None, resolved_at=None, closed_at=None, status="new"
        )
    for _round in range(2):
        assert board(asked).now.opened == 2
        assert board(scope(user, f"from={day + timedelta(days=1)}&to={day + timedelta(days=1)}", zone)).now.opened == 2
        roll_up(NOW, zone=zone)


def test_one_issue(protocol: None) -> None:
    desk = Desk(5, NOW)
    desk.write(tickets=1)
    for address in ("span=7d", "span=90d&by=cause", "span=90d&by=owner&severity=P4"):
        check(board(scope(desk.people[0], address)), Oracle(NOW))


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
