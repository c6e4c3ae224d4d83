"""Fixtures for every test: a quick and quiet Django, real Redis, real SMTP, real Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests import mailserver, template

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_configure() -> None:
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django_settings.WHITENOISE_USE_FINDERS = django_settings.WHITENOISE_AUTOREFRESH = True
    _let_tests_empty_the_database()
    if "sqlite" in django_settings.DATABASES["default"]["ENGINE"]:
        # A file, as in real life: in memory, threads share one connection and locks behave differently.
        django_settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = (
            f"{os.environ['TEST_FOLDER']}/test.sqlite3"
        )


def _let_tests_empty_the_database() -> None:
    from django.test import TransactionTestCase

    from tests.emptying import empty

    TransactionTestCase._fixture_teardown = lambda self: empty()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return True  # what the next fixture made


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Instead of migrating, a worker copies."""
    template.copy_to(django_settings.DATABASES["default"])


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Rate limits and drafts of one test are not the next one's."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def shipped_protocol(django_db_setup: None, django_db_blocker: Any) -> Any:
    """What `load_protocol` writes: `copy()` is as good as the command, and forty times as fast."""
    from django.core.management import call_command

    from tests.rows import Rows

    with django_db_blocker.unblock():
        return Rows.of(lambda: call_command("load_protocol", verbosity=0))


@pytest.fixture(scope="session")
def words_are_built() -> None:
    """German, as it is in the repository."""
    from django.core.management import call_command

    call_command("build_assets", "words", verbosity=0)


@pytest.fixture
def redis_url(worker_id: str) -> str:
    """A real Redis, empty, with a database of this worker's own."""
    import redis

    number = int(worker_id.removeprefix("gw")) + 1 if worker_id.startswith("gw") else 0
    url = f"{os.environ['TEST_REDIS_URL']}/{number}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
def smtp(settings: Any) -> Iterator[mailserver.MailServer]:
    """A real SMTP server that Django now sends to; it collects messages and can be told to refuse."""
    server = mailserver.MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    yield server
    server.stop()


# --- the browser -----------------------------------------------------------------------------------------------------


VENDOR = "sqlite" if "sqlite" in django_settings.DATABASES["default"]["ENGINE"] else "postgresql"
DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks that need not be remembered: whoever asks for a page is a browser test, and what asks for no database
    needs one run only. The longest, which are the browser's, come first, so that no worker is left alone with them."""
    for item in items:
        asks = set(getattr(item, "fixturenames", ()))
        if asks & {"page", "browser"}:
            item.add_marker("browser")
        elif not asks & DATABASE and not item.get_closest_marker("django_db"):
            item.add_marker("once")
    elsewhere = [item for item in items if (only := item.get_closest_marker("only")) and VENDOR not in only.args]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in set(elsewhere)]
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not CHROMIUM:
        pytest.fail("no Chromium here: make test installs it, or apt install chromium")
    args = [
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        "--disable-dev-shm-usage",
        "--disable-gpu",
    ]
    if os.geteuid() == 0:
        args.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": args}


@pytest.fixture(scope="session")
def repository() -> Path:
    return django_settings.BASE_DIR
