"""A pytest plugin: the environment and the servers, before Django reads its settings.

`TEST_DB=postgres` runs the suite on PostgreSQL 18, otherwise it runs on SQLite. With xdist the first process starts
the servers and the others inherit their addresses.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests import real, template

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
UNSET = (
    "BASE_URL",
    "HOST",
    "PORT",
    "EMAIL_URL",
    "REDIS_URL",
    "SLACK_WEBHOOK_URL",
    "HEARTBEAT_URL",
    "DEBUG",
    "TIME_ZONE",
)

_servers: list[real.Server] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, Any, Any]:
    """A wrapper, because pytest-django loads the settings in the same hook, as early as it can."""
    forbid_the_internet()
    if not WORKER:
        start_servers()
    os.environ["VAR_DIR"] = str(Path(os.environ["TEST_FOLDER"]) / (WORKER or "alone"))
    return (yield)


def pytest_unconfigure() -> None:
    while _servers:
        _servers.pop().stop()
    if not WORKER:
        shutil.rmtree(os.environ.get("TEST_FOLDER", "/nonexistent"), ignore_errors=True)


def start_servers() -> None:
    for name in UNSET:
        os.environ.pop(name, None)
    os.environ["TEST_FOLDER"] = tempfile.mkdtemp(prefix="switchback-tests-")
    os.environ["SECRET_KEY"] = "only-for-tests-" * 4
    os.environ["DEMO"] = "0"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread that asks the database
    _servers.append(real.redis())
    os.environ["TEST_REDIS_URL"] = f"redis://127.0.0.1:{_servers[-1].port}"
    os.environ["DATABASE_URL"] = _database_url()
    template.start()


def _database_url() -> str:
    if os.environ.get("TEST_DB", "sqlite") != "postgres":
        return f"sqlite:///{os.environ['TEST_FOLDER']}/unused.sqlite3"
    _servers.append(real.postgres())
    return f"postgres://postgres@127.0.0.1:{_servers[-1].port}/postgres"


def forbid_the_internet() -> None:
    """A test that reaches for anything but this machine fails there and then."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"tests may not connect to {address[0]}")
        return connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
