"""A session is read from the database once a minute, and ends when somebody signs out."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import CacheHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config import cache, sessions
from contacts.models import User
from tests import real


@pytest.fixture
def casey(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create(username="casey", email="casey@desk.example"))
    return client


def asked_for_sessions(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/tickets/").status_code == 200
    return sum('FROM "django_session"' in query["sql"] for query in queries)


def test_pages_do_not_ask_the_database_for_the_session(casey: Client) -> None:
    assert asked_for_sessions(casey) == 0


def test_what_the_cache_forgot_comes_from_the_database(casey: Client) -> None:
    sessions_cache().clear()
    assert asked_for_sessions(casey) == 1
    assert asked_for_sessions(casey) == 0


def test_who_signs_out_is_out_everywhere_at_once(casey: Client) -> None:
    cookie = casey.cookies[django_settings.SESSION_COOKIE_NAME].value
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = cookie
    assert thief.get("/tickets/").status_code == 200
    casey.post("/accounts/logout/")
    assert thief.get("/tickets/").status_code == 302


def test_a_copy_lives_for_a_minute(casey: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[float] = []
    monkeypatch.setattr(type(sessions_cache()), "set", lambda self, key, value, timeout=None: kept.append(timeout))
    session = sessions.SessionStore(casey.session.session_key)
    sessions_cache().clear()
    session.load()
    session.save()
    assert set(kept) == {60}


@pytest.mark.once
def test_while_redis_is_away_sessions_come_from_the_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_away_until", 0.0)
    away = {"BACKEND": "config.cache.SharedCache", "LOCATION": f"redis://127.0.0.1:{real.free_port()}"}
    monkeypatch.setattr("django.contrib.sessions.backends.cached_db.caches", CacheHandler({"sessions": away}))
    client = Client()
    client.force_login(User.objects.create(username="casey"))
    assert asked_for_sessions(client) == asked_for_sessions(client) == 1
    client.post("/accounts/logout/")
    assert client.get("/tickets/").status_code == 302


def sessions_cache() -> Any:
    from django.core.cache import caches

    return caches[django_settings.SESSION_CACHE_ALIAS]
