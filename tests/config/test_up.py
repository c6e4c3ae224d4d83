"""`manage.py up`: one command, one process to stop, nothing left behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from config.embedded import supervisor
from config.embedded.supervisor import Supervisor
from config.environment import BASE_DIR
from tests import real

pytestmark = pytest.mark.once


class Desk:
    """One `manage.py up` on a folder and a port of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.log = folder.with_suffix(".log")
        self.environment = {
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(folder),
            "PORT": str(real.free_port()),
            "DEMO": "0",
            **environment,
        }

    def start(self) -> "Desk":
        with open(self.log, "ab") as log:
            command = [sys.executable, "manage.py", "up"]
            self.process = subprocess.Popen(command, cwd=BASE_DIR, env=self.environment, stdout=log, stderr=log)
        return self

    def answers(self, path: str = "/healthz") -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.environment['PORT']}{path}", timeout=3) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False

    def child(self) -> int:
        return int(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0])

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)

    def said(self) -> str:
        return self.log.read_text()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "var")
    yield desk
    if process := getattr(desk, "process", None):
        process.kill()
        process.wait()  # or its object complains whenever it is collected, in whatever test runs then


@pytest.fixture
def settled(desk: Desk, migrated: Path) -> Desk:
    """Not the first start on this folder."""
    desk.folder.mkdir()
    shutil.copy(migrated, desk.folder)
    return desk


def soon(happens: Callable[[], Any], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happens():
            return True
        time.sleep(0.05)
    return False


def is_alive(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_from_nothing_to_a_running_engine_and_away_again(desk: Desk) -> None:
    desk.start()
    assert soon(desk.answers)
    assert soon(lambda: desk.answers("/healthz/engine"))
    assert soon(lambda: f"http://127.0.0.1:{desk.environment['PORT']}/" in desk.said())
    child = desk.child()
    assert desk.stop() == 0
    assert not is_alive(child)
    assert not desk.answers()
    assert "Traceback" not in desk.said()


def test_the_child_is_replaced_when_it_dies_and_goes_when_the_parent_does(settled: Desk) -> None:
    desk = settled.start()
    assert soon(desk.answers)
    first = desk.child()
    os.kill(first, signal.SIGKILL)
    assert soon(lambda: desk.answers() and desk.child() != first)
    second = desk.child()
    desk.process.kill()
    desk.process.wait()
    assert soon(lambda: not is_alive(second), 5)


def test_a_second_copy_and_a_taken_port_are_one_sentence_each(settled: Desk, tmp_path: Path) -> None:
    desk = settled.start()
    assert soon(desk.answers)
    second = Desk(desk.folder).start()
    assert second.process.wait(20) == 1
    assert "already runs on" in second.said()
    elsewhere = Desk(tmp_path / "elsewhere", PORT=desk.environment["PORT"]).start()
    assert elsewhere.process.wait(20) == 1
    assert re.fullmatch(r"Switchback cannot start: Port \d+ .* PORT=8001\.\n", elsewhere.said())
    assert desk.stop(signal.SIGTERM) == 0


def test_a_database_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    url = f"postgres://me@127.0.0.1:{real.free_port()}/none"
    desk = Desk(
        tmp_path / "var", DATABASE_URL=url, SECRET_KEY="k3y-" * 5 + "0123456789abcdefghijklmnopqrstuvwxyz"
    ).start()
    assert desk.process.wait(20) == 1
    [sentence] = desk.said().splitlines()
    assert sentence.startswith("Switchback cannot start: DATABASE_URL")
    migrate = [sys.executable, "manage.py", "migrate"]
    alone = subprocess.run(migrate, cwd=BASE_DIR, env=desk.environment, capture_output=True, text=True, check=False)
    assert re.fullmatch(r"DATABASE_URL: the database cannot be reached \(.*\)\.\n", alone.stderr)


# --- the supervisor alone, with a child that a test writes -----------------------------------------------------------


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[int, list[str]]]:
    """Runs a supervisor over a child made of the given lines; returns its status and what it said."""

    def run(code: str) -> tuple[int, list[str]]:
        def spawn(self: Supervisor, beats: int) -> subprocess.Popen[bytes]:
            lines = f"import os, sys, time\nbeats = {beats}\n{code}"
            return subprocess.Popen([sys.executable, "-c", lines], pass_fds=(beats,))

        monkeypatch.setattr(Supervisor, "_spawn", spawn)
        said: list[str] = []
        monkeypatch.setattr(signal, "signal", lambda *args: None)
        with socket.socket() as listener:
            return Supervisor(listener.fileno(), said.append, lambda: said.append("ready")).run(), said

    return run


def test_five_crashes_in_two_minutes_are_enough(watch: Any) -> None:
    status, said = watch("os.write(beats, b'.'); sys.exit(3)")
    assert status == 1
    assert said.count("ready") == 1
    assert said[-1] == "Switchback gives up: it ended 5 times within two minutes, the last time by exit status 3."


def test_a_child_that_hangs_is_ended(watch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "SILENT_FOR", 0.1)
    monkeypatch.setattr(supervisor, "CRASHES", 2)
    said: list[str] = []

    def give_up(self: Supervisor, reason: str) -> bool:
        said.append(reason)
        return True

    monkeypatch.setattr(Supervisor, "_gives_up", give_up)
    assert watch("os.write(beats, b'.'); time.sleep(60)")[0] == 1
    assert said == ["silent for 0.1 seconds"]
