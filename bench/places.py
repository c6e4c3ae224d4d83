"""Where a benchmark runs: a PostgreSQL or SQLite database with N tickets, loaded once, copied for each run.

Databases are kept in BENCH_DIR (default: a folder in the temporary directory) for a day, or until the schema changes.
PostgreSQL comes out of the same wheel as in the tests, but on disk and with its durable settings.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import real

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("BENCH_DIR") or Path(tempfile.gettempdir()) / "switchback-benchmark")
SETTINGS = (
    "fsync=on",
    "synchronous_commit=on",
    "shared_buffers=1GB",
    "effective_cache_size=4GB",
    "work_mem=16MB",
    "maintenance_work_mem=256MB",
    "max_wal_size=4GB",
    "checkpoint_timeout=30min",
    "random_page_cost=1.1",
    "autovacuum_naptime=1h",  # vacuumed after loading; a run in the background would be measured with us
)


@contextmanager
def place(vendor: str, tickets: int, *, demo: bool = False) -> Iterator[dict[str, str]]:
    """The environment of a process that is to measure on a fresh copy of the desk with so many tickets; `demo`: on the
    one of `manage.py seed_demo`, which looks lived in (PostgreSQL only)."""
    FOLDER.mkdir(exist_ok=True)
    FOLDER.chmod(0o755)
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        where = _sqlite(tickets) if vendor == "sqlite" else _postgres(tickets, demo)
        with where as env:
            yield env


def fingerprint() -> str:
    """Of everything that a loaded database depends on. The day counts: clocks that run would become due."""
    files = sorted(
        [
            *ROOT.glob("*/migrations/*.py"),
            *ROOT.glob("escalations/protocol_data/*"),
            *ROOT.glob("escalations/demo/*"),
            ROOT / "bench/desk.py",
        ]
    )
    content = b"".join(file.read_bytes() for file in files if file.is_file())
    return hashlib.sha256(content + time.strftime("%Y%m%d").encode()).hexdigest()[:8]


# --- PostgreSQL ------------------------------------------------------------------------------------------------------
@contextmanager
def _postgres(tickets: int, demo: bool) -> Iterator[dict[str, str]]:
    server, main = _start()
    try:
        desk = f"desk_{'demo_' if demo else ''}{tickets}_{fingerprint()}"
        known = _psql(
            server, "SELECT datname FROM pg_database WHERE datname LIKE 'desk%' OR datname IN ('loading', 'run')"
        )
        for name in known:
            if name in ("loading", "run") or not name.endswith(fingerprint()):
                _psql(server, f'DROP DATABASE "{name}" WITH (FORCE)')
        if desk not in known:
            _psql(server, "CREATE DATABASE loading")
            (_seed if demo else load)(_environment(_url(server, "loading")), tickets)
            _psql(server, "VACUUM (ANALYZE)", "loading")
            _psql(server, f'ALTER DATABASE loading RENAME TO "{desk}"')
        _psql(server, f'CREATE DATABASE run TEMPLATE "{desk}" STRATEGY file_copy')
        yield _environment(_url(server, "run")) | {"BENCH_POSTGRES_PID": str(main)}
    finally:
        server.stop()


def _start() -> tuple[real.Server, int]:
    user = "nobody" if os.geteuid() == 0 else ""
    cluster, sockets, port = (
        FOLDER / "postgres",
        Path(tempfile.mkdtemp(prefix="switchback-benchmark-")),
        real.free_port(),
    )
    for folder in (cluster, sockets):
        folder.mkdir(exist_ok=True)
        if user:
            shutil.chown(folder, user)
    binaries = real.reachable(real.postgres_binaries(), sockets, user)
    data = cluster / f"data-{real.postgres_binaries().stat().st_mtime_ns}"
    if not data.exists():
        options = ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        real.run_as(user, [binaries / "initdb", *options], cwd=cluster)
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    where = ["-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(sockets)]
    server = real.Server(sockets, port, [str(binaries / "postgres"), *where, *settings], user)
    server.wait_until_up(120)
    _psql(server, "SELECT 1")
    return server, int((data / "postmaster.pid").read_text().split()[0])


def _url(server: real.Server, name: str) -> str:
    return f"postgres://postgres@127.0.0.1:{server.port}/{name}"


def _psql(server: real.Server, sql: str, database: str = "postgres") -> list[str]:
    """Run one statement; the first column of what it gives. Waits while the server is still starting."""
    import psycopg2

    for _ in range(600):
        try:
            connection = psycopg2.connect(_url(server, database))
            break
        except psycopg2.OperationalError:
            time.sleep(0.1)
    connection.autocommit = True
    try:
        cursor = connection.cursor()
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []
    finally:
        connection.close()


# --- SQLite ----------------------------------------------------------------------------------------------------------
@contextmanager
def _sqlite(tickets: int) -> Iterator[dict[str, str]]:
    desk, run = FOLDER / f"desk_{tickets}_{fingerprint()}.sqlite3", FOLDER / "run.sqlite3"
    for file in FOLDER.glob("*.sqlite3*"):
        if not file.name.endswith(f"{fingerprint()}.sqlite3"):
            file.unlink()
    if not desk.exists():
        loading = FOLDER / "loading.sqlite3"
        load(_environment(f"sqlite:///{loading}"), tickets)
        loading.rename(desk)
    shutil.copyfile(desk, run)
    try:
        yield _environment(f"sqlite:///{run}")
    finally:
        for file in FOLDER.glob("run.sqlite3*"):
            file.unlink()


# --- both ------------------------------------------------------------------------------------------------------------
def load(env: dict[str, str], tickets: int) -> None:
    print(f"loading {tickets:,} tickets ...", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "bench.desk", str(tickets)], cwd=ROOT, env=env, check=True)


def _seed(env: dict[str, str], tickets: int) -> None:
    print(f"seeding {tickets:,} tickets ...", file=sys.stderr, flush=True)
    for command in (["migrate", "-v0"], ["seed_demo", "-v0", "--tickets", str(tickets)]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)


def _environment(url: str) -> dict[str, str]:
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "PYTHONPATH", "DJANGO_SETTINGS_MODULE")
        if name in os.environ
    }
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **kept,
        "DATABASE_URL": url,
        "VAR_DIR": str(FOLDER / "var"),
        "SECRET_KEY": "only-for-the-benchmark-" * 3,
        "DEMO": "0",
    }
