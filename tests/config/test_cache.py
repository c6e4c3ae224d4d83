"""The cache may forget, but it never fails."""

import time
from typing import Any

import pytest
from django.core.cache import CacheHandler

from config import cache
from tests import real

pytestmark = pytest.mark.once


def cache_at(url: str) -> Any:
    options = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
    backend = {"BACKEND": "config.cache.SpareCache", "LOCATION": url, "OPTIONS": options}
    return CacheHandler({"default": backend})["default"]


@pytest.fixture(autouse=True)
def _redis_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_away_until", 0.0)


def test_with_redis_processes_share_it(redis_url: str) -> None:
    cache_at(redis_url).set("k", 1)
    assert cache_at(redis_url).get("k") == 1


def test_without_redis_it_remembers_here() -> None:
    alone = cache_at(f"redis://127.0.0.1:{real.free_port()}")
    assert alone.add("k", 1, timeout=60)
    assert not alone.add("k", 2, timeout=60)
    assert alone.incr("k") == 2
    assert alone.get("nothing", "default") == "default"
    alone.clear()


def test_redis_is_not_asked_again_at_once() -> None:
    alone = cache_at(f"redis://127.0.0.1:{real.free_port()}")
    alone.get("k")
    before = time.monotonic()
    for _ in range(50):
        alone.get("k")
    assert time.monotonic() - before < 0.1
