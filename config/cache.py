"""The shared cache, which is Redis: while it is away, a process remembers by itself, or not at all."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

AWAY_FOR = 15  # seconds without trying Redis, after it failed
METHODS = ("add", "get", "set", "touch", "delete", "get_many", "set_many", "delete_many", "has_key", "incr", "clear")

_away_until = 0.0


class SpareCache(RedisCache):
    """What is cached may be forgotten, so nobody has to see an error page because Redis is away.

    Rate limits then count in each process by itself: looser, but there.
    """

    count: Callable[[str, int], int]

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.spare: BaseCache = LocMemCache("spare", {"KEY_PREFIX": self.key_prefix})


class SharedCache(SpareCache):
    """What every process must see alike, or not at all: while Redis is away nothing is remembered."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.spare = DummyCache("", {})


def counted(key: str, seconds: int) -> int:
    """One more of these; how many there are by now. Forgotten after that many seconds. One round trip, exact."""
    cache = caches["default"]
    return int(cache.count(key, seconds)) if isinstance(cache, SpareCache) else _count_here(cache, key, seconds)


def _count_here(cache: BaseCache, key: str, seconds: int) -> int:
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # dropped between the two, or not remembered at all
        cache.set(key, 1, seconds)
        return 1


def _count_on_redis(self: "SpareCache", key: str, seconds: int) -> int:
    key = self.make_and_validate_key(key)
    with self._cache.get_client(key, write=True).pipeline() as pipe:
        pipe.incr(key)
        pipe.expire(key, seconds)
        return int(pipe.execute()[0])


def _by_name(name: str) -> Callable[..., Any]:
    return lambda spare, *args, **kwargs: getattr(spare, name)(*args, **kwargs)


def _with_spare(on_redis: Callable[..., Any], on_spare: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: SpareCache, *args: Any, **kwargs: Any) -> Any:
        global _away_until
        if time.monotonic() >= _away_until:
            try:
                return on_redis(self, *args, **kwargs)
            except RedisError as error:
                _away_until = time.monotonic() + AWAY_FOR
                log.warning("cache is away, each process remembers by itself", error=str(error))
        return on_spare(self.spare, *args, **kwargs)

    return method


for _name in METHODS:
    setattr(SpareCache, _name, _with_spare(getattr(RedisCache, _name), _by_name(_name)))
SpareCache.count = _with_spare(_count_on_redis, _count_here)
