"""Sessions live in the database; a cache spares the question on most pages."""

from typing import Any

from django.contrib.sessions.backends import cached_db

KEPT = 60  # seconds


class SessionStore(cached_db.SessionStore):
    """Django's own, but a session stays in the cache for a minute only.

    Who signs out is signed out at once. Only when Redis does not hear of it (it was away just then and came back with
    what it held), or when somebody deletes sessions in the database, does a copy live on, and then for this minute.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._cache: Any = Briefly(self._cache)


class Briefly:
    """A cache that keeps nothing for longer than KEPT, whatever it is told."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def get(self, key: str) -> Any:
        return self._cache.get(key)

    def set(self, key: str, value: Any, timeout: float) -> None:
        self._cache.set(key, value, min(timeout, KEPT))

    def delete(self, key: str) -> None:
        self._cache.delete(key)

    def __contains__(self, key: str) -> bool:
        return key in self._cache
