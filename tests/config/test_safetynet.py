"""When nobody has swept for 15 seconds, any worker does."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from config import safetynet
from escalations.loops import LOOPS
from escalations.models import Heartbeat

pytestmark = pytest.mark.django_db(transaction=True)  # looking closes the connection


@pytest.fixture(autouse=True)
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr("escalations.loops.run_aside", names.append)
    return names


def beats(**ages: float) -> None:
    for name, age in ({"webhooks": 1.0} | ages).items():
        Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now() - timedelta(seconds=age)})


def test_fresh_heartbeats_are_left_alone(ran: list[str]) -> None:
    beats(sweep=3, deliver=6, care=170)
    assert safetynet.look() == []
    assert ran == []


def test_an_old_heartbeat_is_work_for_the_net(ran: list[str]) -> None:
    beats(sweep=16, deliver=6, care=6)
    safetynet.look()
    assert ran == ["sweep"]


def test_no_heartbeat_at_all_is_work_for_the_net(ran: list[str]) -> None:
    safetynet.look()
    assert ran == ["sweep", "deliver", "webhooks", "care"]


def test_a_heartbeat_from_the_future_counts_as_none(ran: list[str]) -> None:
    beats(sweep=-3600, deliver=1, care=1)
    safetynet.look()
    assert ran == ["sweep"]


def test_a_database_that_is_away_does_not_end_the_watch(monkeypatch: pytest.MonkeyPatch, ran: list[str]) -> None:
    def away() -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(safetynet, "_overdue_loops", away)
    assert safetynet.look() == []


def test_within_twenty_seconds_whatever_the_dice_say() -> None:
    longest_look = safetynet.LOOK_EVERY * 1.3
    for name in ("sweep", "deliver"):
        assert LOOPS[name].missed_after + timedelta(seconds=longest_look) < timedelta(seconds=20)


def test_the_loop_that_runs_once_a_minute_is_given_three(ran: list[str]) -> None:
    beats(sweep=1, deliver=1, care=190)
    safetynet.look()
    assert ran == ["care"]
