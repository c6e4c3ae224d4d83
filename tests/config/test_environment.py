"""A wrong value stops the start with one sentence that names its variable."""

import os
import runpy
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.environment import BASE_DIR

pytestmark = pytest.mark.once

GOOD_KEY = "a-long-and-random-looking-key-with-many-letters-0123456789"
PRODUCTION = {
    "DATABASE_URL": "postgres://me:secret@db/switchback",
    "REDIS_URL": "redis://redis:6379/0",
    "SECRET_KEY": GOOD_KEY,
    "BASE_URL": "https://desk.example.org",
}


class Start:
    """Runs the settings file as a fresh process would, with nothing of ours in the environment."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._monkeypatch = folder, monkeypatch

    def __call__(self, **environment: str) -> SimpleNamespace:
        with self._monkeypatch.context() as patch:
            for name in os.environ.keys() - {"PATH"}:
                patch.delenv(name)
            for name, value in {"VAR_DIR": str(self._folder), **environment}.items():
                patch.setenv(name, value)
            return SimpleNamespace(**runpy.run_path(str(BASE_DIR / "config" / "settings.py")))

    def refused(self, **environment: str) -> str:
        with pytest.raises(SystemExit) as ended:
            self(**environment)
        return str(ended.value)


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    return Start(tmp_path, monkeypatch)


def test_nothing_but_the_sentence_is_printed(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "migrate"]
    wrong = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "TIME_ZONE": "Mars"}
    answer = subprocess.run(command, cwd=BASE_DIR, env=wrong, capture_output=True, text=True, timeout=60)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert (
        answer.stderr == "Switchback cannot start: TIME_ZONE must be a time zone such as Europe/Berlin, not 'Mars'.\n"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://me:secret@db/switchback"),
        ("DATABASE_URL", "postgres://db"),
        ("DATABASE_URL", "switchback"),
        ("REDIS_URL", "amqp://redis"),
        ("REDIS_URL", "redis://:notaport"),
        ("EMAIL_URL", "imap://mail"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "nosuchprovider"),
        ("BASE_URL", "desk.example.org"),
        ("HEARTBEAT_URL", "ftp://hc.example.org"),
        ("SLACK_WEBHOOK_URL", "hooks"),
        ("INBOUND_ADDRESS", "Desk <desk@example.org>"),
        ("INBOUND_ADDRESS", "a-name-that-leaves-no-room-for-more@example.org"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("PORT", "http"),
        ("DEMO", "perhaps"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("VAR_DIR", "/proc/nowhere"),
    ],
)
def test_a_wrong_value_names_its_variable(start: Start, name: str, value: str) -> None:
    sentence = start.refused(**{**PRODUCTION, name: value})
    assert sentence.startswith(f"Switchback cannot start: {name}")
    assert sentence.endswith(".")
    assert "secret@" not in sentence


def test_production_needs_a_key(start: Start) -> None:
    assert "SECRET_KEY is missing" in start.refused(**{**PRODUCTION, "SECRET_KEY": ""})


def test_a_desk_makes_its_own_key_and_keeps_it(start: Start, tmp_path: Path) -> None:
    first, second = start().SECRET_KEY, start().SECRET_KEY
    assert len(first) > 50
    assert first == second
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_the_demo_is_on_only_for_a_desk_of_its_own(start: Start) -> None:
    assert start().DEMO
    assert start().EMBEDDED
    assert not start(DATABASE_URL="sqlite:////tmp/x.db").DEMO
    assert not start(**PRODUCTION).DEMO
    assert start(**PRODUCTION, DEMO="1").DEMO


def test_unset_mail_stays_in_the_outbox(start: Start) -> None:
    assert start().EMAIL_BACKEND == "templates_app.backends.OutboxBackend"


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail", 25, False, False),
        ("smtps://me:p%40ss@mail", 465, False, True),
        ("smtps://me@mail:587", 587, True, False),
        ("smtp+tls://mail", 587, True, False),
    ],
)
def test_mail_servers(start: Start, url: str, port: int, starttls: bool, tls: bool) -> None:
    s = start(EMAIL_URL=url)
    assert ("mail", port, starttls, tls) == (s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)


def test_a_mail_provider_takes_its_own_variables(start: Start) -> None:
    s = start(EMAIL_URL="postmark", POSTMARK_SERVER_TOKEN="t0k3n")
    assert s.EMAIL_BACKEND == "anymail.backends.postmark.EmailBackend"
    assert s.ANYMAIL["POSTMARK_SERVER_TOKEN"] == "t0k3n"


def test_a_mail_provider_without_a_key_is_refused(start: Start) -> None:
    assert "POSTMARK_" in start.refused(EMAIL_URL="postmark")


def test_https_brings_secure_cookies_and_believes_the_proxy(start: Start) -> None:
    s = start(**PRODUCTION)
    assert s.SESSION_COOKIE_SECURE
    assert s.SECURE_SSL_REDIRECT
    assert s.CSRF_TRUSTED_ORIGINS == ["https://desk.example.org"]
    assert s.SECURE_PROXY_SSL_HEADER == ("HTTP_X_FORWARDED_PROTO", "https")


def test_without_https_forwarded_headers_are_not_believed(start: Start) -> None:
    assert start().SECURE_PROXY_SSL_HEADER is None


def test_links_follow_the_port_until_an_address_is_given(start: Start) -> None:
    assert start(PORT="8001").BASE_URL == "http://127.0.0.1:8001"
    assert start(BASE_URL="https://desk.example.org/").BASE_URL == "https://desk.example.org"


def test_the_data_folder_is_the_owners_alone(start: Start, tmp_path: Path) -> None:
    start(VAR_DIR=str(tmp_path / "data"))
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
