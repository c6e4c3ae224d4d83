"""The database that every worker copies: migrated once for a whole run, while the workers still collect.

Migrating takes nine seconds of a processor, a copy a few milliseconds. `start` is for the first process of a run;
`python -m tests.template` is what it starts.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from config.environment import BASE_DIR

NAME = "switchback_template"  # on PostgreSQL


def start() -> None:
    subprocess.Popen(
        [sys.executable, "-m", "tests.template"], cwd=BASE_DIR, env=os.environ | {"VAR_DIR": str(_folder())}
    )


def _folder() -> Path:
    return Path(os.environ["TEST_FOLDER"]) / "template"


def file() -> Path:
    """The migrated file on SQLite."""
    wait()
    return _folder() / "switchback.sqlite3"


def wait(seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not (said := _folder() / "said").exists():
        if time.monotonic() > end:
            raise RuntimeError("the database for the tests is not migrated")
        time.sleep(0.05)
    if trouble := said.read_text():
        raise RuntimeError(f"the database for the tests cannot be migrated: {trouble}")


def copy_to(database: dict[str, Any]) -> None:
    """Make the test database that these settings name; migrating it afterwards finds nothing left to do."""
    if "sqlite" in database["ENGINE"]:
        shutil.copy(file(), database["TEST"]["NAME"])
        return
    wait()
    name = database["TEST"].get("NAME") or f"test_{database['NAME']}"
    _postgres(f'CREATE DATABASE "{name}" TEMPLATE {NAME}')


def _postgres(statement: str) -> None:
    import psycopg2  # type: ignore[import-untyped]

    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True  # no database is made within a transaction
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()


def main() -> None:
    _folder().mkdir(exist_ok=True)
    trouble = ""
    try:
        url = os.environ["DATABASE_URL"]
        if url.startswith("sqlite"):
            os.environ["DATABASE_URL"] = f"sqlite:///{_folder()}/switchback.sqlite3"
        else:
            _postgres(f"CREATE DATABASE {NAME}")
            os.environ["DATABASE_URL"] = url.rpartition("/")[0] + f"/{NAME}"
        migrate = [sys.executable, "manage.py", "migrate", "-v0"]
        done = subprocess.run(migrate, cwd=BASE_DIR, capture_output=True, text=True, check=False)
        trouble = done.stderr[-2000:] if done.returncode else ""
    except Exception as error:
        trouble = repr(error)
    finally:
        unfinished = _folder() / "unfinished"
        unfinished.write_text(trouble)
        unfinished.rename(_folder() / "said")


if __name__ == "__main__":
    main()
