"""How much one may ask for, counted exactly."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.core.cache import cache, caches

from config import environment
from config.cache import SpareCache, counted
from config.environment import Rate
from contacts.models import User
from tests.api.conftest import MONDAY_TEN, Caller
from tests.api.problems import refusal

pytestmark = pytest.mark.once  # the cache counts, not the database
ADDRESS = "/api/v1/severities/"


@pytest.fixture
def narrow(settings: Any) -> None:
    settings.API_RATE, settings.API_FAILED_RATE = Rate(3, 60), Rate(2, 60)


@pytest.mark.usefixtures("narrow")
def test_each_answer_says_what_is_left_and_then_that_nothing_is(api: Caller, managing: Caller) -> None:
    with time_machine.travel(MONDAY_TEN + timedelta(seconds=20), tick=False):
        left = [api.get(ADDRESS)["RateLimit"] for _ in range(3)]
        refused = api.get(ADDRESS)
        assert managing.get(ADDRESS)["RateLimit"] == '"requests";r=2;t=40'  # another token's own
    assert left == ['"requests";r=2;t=40', '"requests";r=1;t=40', '"requests";r=0;t=40']
    assert "40 s" in refusal(refused, 429)["detail"]
    assert (refused["Retry-After"], refused["RateLimit"]) == ("40", '"requests";r=0;t=40')
    assert refused["RateLimit-Policy"] == '"requests";q=3;w=60'
    with time_machine.travel(MONDAY_TEN + timedelta(seconds=60), tick=False):
        assert api.get(ADDRESS).status_code == 200


@pytest.mark.usefixtures("narrow")
def test_refused_sign_ins_are_counted_by_address_and_hold_up_no_good_token(nobody: Caller, api: Caller) -> None:
    with time_machine.travel(MONDAY_TEN, tick=False):
        for _ in range(2):
            refusal(nobody.get(ADDRESS), 401)
        assert refusal(nobody.get(ADDRESS, headers={"Authorization": "Bearer sb_wrong"}), 429)
        refusal(nobody.get(ADDRESS), 429)
        assert nobody.get(ADDRESS, REMOTE_ADDR="192.0.2.7").status_code == 401
        assert api.get(ADDRESS).status_code == 200


def test_nothing_is_counted_where_there_is_no_limit(api: Caller, settings: Any) -> None:
    settings.API_RATE = None
    assert "RateLimit" not in api.get(ADDRESS)


@pytest.mark.usefixtures("narrow")
def test_a_refused_request_does_nothing(api: Caller, desk: None, casey: User) -> None:
    for _ in range(3):
        api.get(ADDRESS)
    refusal(api.post("/api/v1/tickets/", {}), 429)


def count_at_once(key: str) -> list[int]:
    counts: list[int] = []
    threads = [Thread(target=lambda: counts.extend(counted(key, 60) for _ in range(50))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(counts)


def test_nobody_is_counted_twice_in_this_process() -> None:
    cache.clear()
    assert count_at_once("rate-here") == list(range(1, 201))


def test_nobody_is_counted_twice_on_redis(redis_url: str, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "config.cache.SpareCache", "LOCATION": redis_url}}
    on_redis = caches["default"]
    assert isinstance(on_redis, SpareCache)
    assert count_at_once("rate-there") == list(range(1, 201))
    assert 0 < on_redis._cache.get_client(write=True).ttl(on_redis.make_key("rate-there")) <= 60


@pytest.mark.parametrize(("text", "rate"), [("100/s", Rate(100, 1)), ("5/h", Rate(5, 3600)), ("0", None)])
def test_a_rate_is_written_as_people_say_it(monkeypatch: Any, text: str, rate: Rate | None) -> None:
    monkeypatch.setenv("API_RATE", text)
    assert environment.rate("API_RATE", "6000/min") == rate


@pytest.mark.parametrize("text", ["many", "-1/min", "0/min", "10", "10/day", "１/min"])
def test_a_wrong_rate_is_a_sentence(monkeypatch: Any, text: str) -> None:
    monkeypatch.setenv("API_RATE", text)
    with pytest.raises(environment.WrongSetting, match="API_RATE must look like"):
        environment.rate("API_RATE", "6000/min")
