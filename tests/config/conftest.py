"""What the tests of whole processes share."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import BASE_DIR
from tests import template
from tests.conftest import VENDOR


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy: a process that finds none has to migrate first, which takes most of its time."""
    if VENDOR == "sqlite":
        return template.file()
    folder = tmp_path_factory.mktemp("migrated")
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder)}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=BASE_DIR, env=environment, check=True)
    return folder / "switchback.sqlite3"
