"""A nudge makes the engine look now; without a broker it costs next to nothing and is dropped."""

import socket
import time
from typing import Any

import pytest
import redis

from config import nudge
from config.celery import app
from config.celery_settings import broker_options
from tests import real

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nudge, "_muted_until", 0.0)


@pytest.fixture
def broker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Points the application at a broker, as REDIS_URL would."""

    def use(url: str) -> None:
        settings.EMBEDDED = False
        settings.CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(embedded=False)
        monkeypatch.setattr(app.conf, "broker_url", url)
        monkeypatch.setattr(app.conf, "broker_write_url", url)

    return use


def test_it_leaves_when_the_transaction_does(
    broker: Any, redis_url: str, django_capture_on_commit_callbacks: Any
) -> None:
    broker(redis_url)
    with redis.Redis.from_url(redis_url) as client:
        with django_capture_on_commit_callbacks(execute=True):
            nudge.nudge_sweep()
            nudge.nudge_deliver()
            assert client.llen("engine") == 0
        assert (client.llen("engine"), client.llen("mail")) == (1, 1)


def test_a_dead_broker_costs_a_moment_and_then_nothing(broker: Any, django_capture_on_commit_callbacks: Any) -> None:
    broker(f"redis://127.0.0.1:{real.free_port()}")
    assert spent_on_nudging(django_capture_on_commit_callbacks) < 0.6
    assert spent_on_nudging(django_capture_on_commit_callbacks) < 0.05


def test_a_frozen_broker_costs_half_a_second_once(broker: Any, django_capture_on_commit_callbacks: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        broker(f"redis://127.0.0.1:{deaf.getsockname()[1]}")
        assert spent_on_nudging(django_capture_on_commit_callbacks) < 0.8
        assert spent_on_nudging(django_capture_on_commit_callbacks) < 0.05


def test_in_the_shell_of_an_embedded_desk_it_is_dropped(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        nudge.nudge_sweep()
    assert callbacks == []


def spent_on_nudging(capture: Any) -> float:
    with capture() as callbacks:
        nudge.nudge_sweep()
    before = time.monotonic()
    for callback in callbacks:
        callback()
    return time.monotonic() - before
