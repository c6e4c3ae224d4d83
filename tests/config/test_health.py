"""What machines are told: is the process there, is the database, is the engine."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from config import health, numbers, tasks, watch
from escalations.models import Heartbeat
from templates_app.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _engine_runs() -> None:
    for name in ("sweep", "deliver"):
        Heartbeat.objects.create(name=name, at=timezone.now())


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(health, "_migrated", away)
    monkeypatch.setattr(watch, "engine", away)


def engine_was(**age: int) -> None:
    Heartbeat.objects.filter(name="sweep").update(at=timezone.now() - timedelta(**age))


def queue_a_message(**age: int) -> None:
    then = timezone.now() - timedelta(**age)
    Notification.objects.create(
        idem="1", kind="alert", to_address="a@example.org", due_at=then, created_at=then, next_try_at=then
    )


def test_the_process_answers_without_a_database(client: Client, no_database: None) -> None:
    assert client.get("/healthz").status_code == 200


def test_ready_with_a_migrated_database(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "problems": []})


def test_not_ready_without_a_database(client: Client, no_database: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "database" in answer.json()["problems"][0]


def test_not_ready_with_migrations_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_is_migrated", False)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *args: ["one"])
    assert "migrate" in client.get("/readyz").json()["problems"][0]


def test_an_engine_that_runs_is_well(client: Client) -> None:
    assert client.get("/healthz/engine").status_code == 200


def test_an_engine_that_never_ran_is_not(client: Client) -> None:
    Heartbeat.objects.all().delete()
    assert client.get("/healthz/engine").json()["problems"] == ["The engine has never run."]


def test_a_sweep_a_minute_ago_is_too_long_ago(client: Client) -> None:
    engine_was(seconds=58)
    assert client.get("/healthz/engine").status_code == 200
    engine_was(seconds=62)
    answer = client.get("/healthz/engine")
    assert answer.status_code == 503
    assert "sweep" in answer.json()["problems"][0]


def test_mail_that_waits_ten_minutes_is_told(client: Client) -> None:
    queue_a_message(minutes=9)
    assert client.get("/healthz/engine").status_code == 200
    Notification.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert "message" in client.get("/healthz/engine").json()["problems"][0]


def test_a_clock_overdue_for_two_minutes_is_told() -> None:
    at = timezone.now()
    late = watch.Engine(timedelta(), timedelta(), timedelta(seconds=121), None)
    assert late.problems == ["A clock is overdue by 121 seconds."]
    assert watch.engine(at).is_well


def test_no_database_is_an_answer_not_an_error_page(client: Client, no_database: None) -> None:
    assert client.get("/healthz/engine").status_code == 503


def test_health_is_never_cached_and_never_changed(client: Client) -> None:
    assert client.get("/healthz/engine")["Cache-Control"] == "no-store"
    assert client.post("/healthz/engine").status_code == 405


def test_numbers_for_prometheus(client: Client) -> None:
    queue_a_message(minutes=1)
    text = client.get("/metrics").content.decode()
    assert 'switchback_messages{state="queued"} 1\n' in text
    assert "switchback_engine_up 1\n" in text
    assert 'switchback_heartbeat_age_seconds{loop="deliver"} ' in text


def test_numbers_leave_out_what_is_not_known() -> None:
    Heartbeat.objects.all().delete()
    text = numbers.exposition(timezone.now())
    assert "switchback_engine_up 0\n" in text
    assert "switchback_heartbeat_age_seconds{" not in text


# --- the command -----------------------------------------------------------------------------------------------------


def test_check_engine_says_what_is_wrong_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    engine_was(minutes=5)
    with pytest.raises(SystemExit) as ended:
        call_command("check_engine")
    assert ended.value.code == 1
    assert "The last sweep was 300 seconds ago." in capsys.readouterr().err


def test_check_engine_names_rungs_that_reach_nobody(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.management.commands.check_engine.unreachable_rungs", lambda at: ["VP: nobody."])
    with pytest.raises(SystemExit):
        call_command("check_engine")
    assert capsys.readouterr().err == "VP: nobody.\n"


def test_check_engine_is_quiet_when_all_is_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.management.commands.check_engine.unreachable_rungs", lambda at: [])
    call_command("check_engine")
    assert "well" in capsys.readouterr().out


def test_sweep_and_deliver_say_what_they_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sweep")
    call_command("deliver")
    assert len(capsys.readouterr().out.splitlines()) == 2


# --- the dead man's switch -------------------------------------------------------------------------------------------


@pytest.fixture
def pings(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str]:
    settings.HEARTBEAT_URL = "https://hc.example.org/1"
    urls: list[str] = []

    def answer(url: str, timeout: int) -> io.BytesIO:
        urls.append(url)
        return io.BytesIO()

    monkeypatch.setattr(tasks, "urlopen", answer)
    return urls


def test_while_all_is_well_it_pings_once_a_minute(pings: list[str]) -> None:
    tasks.ping()
    tasks.ping()
    assert pings == ["https://hc.example.org/1"]


def test_an_engine_in_trouble_is_silent(pings: list[str]) -> None:
    engine_was(minutes=5)
    tasks.ping()
    assert pings == []


def test_without_an_address_nothing_is_pinged(pings: list[str], settings: Any) -> None:
    settings.HEARTBEAT_URL = ""
    tasks.ping()
    assert pings == []


def test_a_switch_that_does_not_answer_is_no_error(pings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def away(url: str, timeout: int) -> None:
        raise OSError("unreachable")

    monkeypatch.setattr(tasks, "urlopen", away)
    tasks.ping()
