"""Beat sends the timers' tasks, and runs the engine itself while the broker is away."""

import time
from collections.abc import Iterator

import pytest
import redis
from celery import Celery

from config import celery as wiring
from config.celery_settings import broker_options
from config.safebeat import SafeScheduler
from tests import real

pytestmark = pytest.mark.once


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The loops that beat ran itself."""
    names: list[str] = []
    monkeypatch.setattr("escalations.loops.run_aside", names.append)
    return names


@pytest.fixture
def broker() -> Iterator[real.Server]:
    server = real.redis()
    yield server
    server.stop()


def beat_on(url: str) -> SafeScheduler:
    app = Celery("test", broker=url, set_as_current=False)
    app.conf.update(
        broker_transport_options={**broker_options(embedded=False), "socket_timeout": 0.5},
        beat_schedule=wiring.app.conf.beat_schedule,
        task_default_queue="engine",
        result_backend=None,
        task_ignore_result=True,
    )
    return SafeScheduler(app=app, max_interval=1)


def test_every_timer_is_due_after_a_start(broker: real.Server, ran: list[str]) -> None:
    beat_on(f"redis://127.0.0.1:{broker.port}").tick()
    with redis.Redis(port=broker.port) as client:
        assert client.llen("engine") == len(wiring.TIMERS)
    assert ran == []


def test_nothing_is_sent_twice_within_its_interval(broker: real.Server, ran: list[str]) -> None:
    beat = beat_on(f"redis://127.0.0.1:{broker.port}")
    assert [beat.tick() > 0.5 for _ in range(3)] == [True] * 3
    with redis.Redis(port=broker.port) as client:
        assert client.llen("engine") == len(wiring.TIMERS)


def test_without_a_broker_beat_does_the_work_at_once(ran: list[str]) -> None:
    beat = beat_on(f"redis://127.0.0.1:{real.free_port()}")
    before = time.monotonic()
    beat.tick()
    assert sorted(ran) == ["care", "deliver", "sweep"]
    assert time.monotonic() - before < 2


def test_a_frozen_broker_holds_beat_up_only_once(ran: list[str]) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as deaf:  # accepts, and never answers
        beat = beat_on(f"redis://127.0.0.1:{deaf.getsockname()[1]}")
        beat.tick()
        before = time.monotonic()
        beat._next.clear()
        beat.tick()
        assert time.monotonic() - before < 0.2
    assert sorted(ran) == ["care", "care", "deliver", "deliver", "sweep", "sweep"]


def test_a_broker_that_comes_back_is_used_again(broker: real.Server, ran: list[str]) -> None:
    beat = beat_on(f"redis://127.0.0.1:{broker.port}")
    beat._broker_is_away(ConnectionError())
    beat.tick()
    assert sorted(ran) == ["care", "deliver", "sweep"]
    beat._broker_away_until = time.monotonic()
    beat._next.clear()
    beat.tick()
    with redis.Redis(port=broker.port) as client:
        assert client.llen("engine") == len(wiring.TIMERS)


def test_a_wall_clock_set_back_an_hour_does_not_silence_beat(monkeypatch: pytest.MonkeyPatch, ran: list[str]) -> None:
    beat = beat_on(f"redis://127.0.0.1:{real.free_port()}")
    beat.tick()
    real_time = time.time
    monkeypatch.setattr(time, "time", lambda: real_time() - 3600)
    wanted = {name: moment - 10 for name, moment in beat._next.items()}  # ten seconds later
    beat._next.update(wanted)
    beat.tick()
    assert sorted(ran) == ["care", "deliver", "deliver", "sweep", "sweep"]
