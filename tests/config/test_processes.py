"""Real beat and worker processes: with either beat or Redis gone, the engine runs on."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.environment import BASE_DIR
from tests import real

pytestmark = pytest.mark.once

LAST_SWEEP = "SELECT max(at) FROM escalations_heartbeat WHERE name = 'sweep'"


@pytest.fixture
def environment(migrated: Path, tmp_path: Path) -> dict[str, str]:
    """A migrated database of its own, and a broker that is not there."""
    shutil.copy(migrated, tmp_path / "engine.sqlite3")
    return {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/engine.sqlite3",
        "REDIS_URL": f"redis://127.0.0.1:{real.free_port()}/0",
        "SECRET_KEY": "k3y-" * 5 + "0123456789abcdefghijklmnopqrstuvwxyz",
    }


@pytest.fixture
def celery(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., None]]:
    running: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> None:
        command = [sys.executable, "-m", "celery", "-A", "config", *arguments]
        with open(tmp_path / f"{arguments[0]}.log", "ab") as log:
            running.append(subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=log, stderr=log))

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait(20)


def sweeps(environment: dict[str, str], seconds: float) -> bool:
    """Whether anybody has swept, at the latest after so many seconds."""
    import sqlite3

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with sqlite3.connect(environment["DATABASE_URL"].removeprefix("sqlite:///")) as database:
            if database.execute(LAST_SWEEP).fetchone()[0]:
                return True
        time.sleep(0.2)
    return False


def test_beat_alone_keeps_the_engine_running_while_redis_is_away(environment: dict[str, str], celery: Callable) -> None:
    celery("beat", "--pidfile=")
    assert sweeps(environment, 20)


def test_a_worker_alone_keeps_the_engine_running_without_beat(
    environment: dict[str, str], celery: Callable, redis_url: str
) -> None:
    environment["REDIS_URL"] = redis_url
    celery("worker", "-Q", "engine", "-c", "1")
    assert sweeps(environment, 20)


def test_beat_and_worker_meet_over_redis(environment: dict[str, str], celery: Callable, redis_url: str) -> None:
    environment["REDIS_URL"] = redis_url
    celery("worker", "-Q", "engine,mail,jobs", "-c", "1")
    celery("beat", "--pidfile=")
    assert sweeps(environment, 20)
