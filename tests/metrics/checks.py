"""A board against the oracle."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import QueryDict

from contacts.models import User
from metrics.board import Board
from metrics.models import COUNTS, LINE
from metrics.models import DURATIONS as MICROSECONDS
from metrics.period import ONE_DAY, midnight
from metrics.scale import on_scale
from metrics.scope import Scope
from metrics.sums import Sums
from tests.metrics.oracle import Oracle

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

# number: (what is divided, by what); sums of durations are in microseconds
RATES = {
    "resolution_rate": ("opened_done", "opened"),
    "reopen_rate": ("once_reopened", "once_resolved"),
    "relapse_rate": ("relapsed", "once_resolved"),
    "sla_met_response": ("response_met", "response_met response_missed"),
    "sla_met_resolution": ("resolution_met", "resolution_met resolution_missed"),
    "sla_met_update": ("update_met", "update_met update_missed"),
    "kept_promises": ("promise_met", "promise_met promise_missed"),
}
MEANS = {
    ("avg_response_seconds", "elapsed"): ("answer_elapsed", "answered"),
    ("avg_response_seconds", "working"): ("answer_worked", "answered"),
    ("avg_resolution_seconds", "elapsed"): ("resolve_elapsed", "resolved"),
    ("avg_resolution_seconds", "working"): ("resolve_worked", "resolved"),
}


def scope(user: User, address: str = "span=90d", zone: str = "UTC", at: datetime = NOW) -> Scope:
    user.time_zone = zone
    return Scope.read(QueryDict(address), user, at)


def counted(sums: Sums) -> dict[str, int]:
    return {name: number for name, number in asdict(sums).items() if number}


def check(found: Board, oracle: Oracle) -> None:
    """Every number of the board is that of the plain words."""
    asked = found.scope
    now = oracle.sums(asked, asked.first, asked.last)
    assert counted(found.now) == now
    assert counted(found.before) == oracle.sums(asked, asked.first_before, asked.first - ONE_DAY)
    _quotients(found, now)
    assert counted(Sums.total(each.sums for each in found.buckets)) == now
    assert counted(Sums.total(each.sums for each in found.weeks)) == now
    for bucket in (found.buckets[0], found.buckets[len(found.buckets) // 2], found.weeks[-1]):
        assert counted(bucket.sums) == oracle.sums(asked, bucket.first, bucket.last)
        assert counted(Sums.total(bucket.by_severity.values())) == counted(bucket.sums)
    assert found.active == len(oracle.open(asked))
    assert [number for _key, _words, number in found.ageing] == oracle.ages(asked)
    assert found.heat == oracle.heat(asked)
    ends = [midnight(bucket.last + ONE_DAY, asked.zone) for bucket in found.buckets]
    assert found.backlog == [oracle.open_at(asked, end) for end in ends]
    assert found.value_at_risk == oracle.at_risk(asked)
    column = "cause" if asked.by == "cause" else f"{asked.by}_id"
    columns = (*COUNTS, *MICROSECONDS) if asked.by in ("severity", "team") else LINE

    def shown(sums: dict[str, int]) -> dict[str, int]:
        return {name: number for name, number in sums.items() if name in columns}

    for row in found.table:
        mine = lambda t, key=row.key: ("" if getattr(t, column) is None else str(getattr(t, column))) == key  # noqa: E731
        assert counted(row.sums) == shown(oracle.sums(asked, asked.first, asked.last, mine))
        assert row.open == sum(map(mine, oracle.open(asked)))
        assert row.value == oracle.at_risk(asked, mine)
    assert counted(Sums.total(row.sums for row in found.table)) == shown(now)
    took = oracle.took(asked)
    spread = found.spread.get("answer_elapsed")
    assert (spread is None) == (asked.time == "working")
    assert spread is None or spread.count == len(took)
    if took and spread:
        assert spread.median == on_scale(int(took[-(-len(took) // 2) - 1]))
        assert spread.p90 == on_scale(int(took[-(-len(took) * 9 // 10) - 1]))


def _quotients(found: Board, now: dict[str, int]) -> None:
    def part(names: str) -> int:
        return sum(now.get(name, 0) for name in names.split())

    for name, (over, under) in RATES.items():
        assert getattr(found.now, name) == (part(over) / part(under) if part(under) else None), name
    for (name, time), (over, under) in MEANS.items():
        expected: Any = pytest.approx(part(over) / 1e6 / part(under)) if part(under) else None
        assert getattr(found.now, name)(time) == expected, (name, time)
    for level in range(2, 6):
        assert found.now.depth(level) == (part(f"reached_{level}") / part("opened") if part("opened") else None)
    assert found.kpis.avg_response_seconds == found.now.avg_response_seconds()
    assert found.kpis.resolution_rate == found.now.resolution_rate
