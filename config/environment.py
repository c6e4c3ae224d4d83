"""Reads the environment once, for settings.py. A wrong value is one sentence that names its variable."""

import os
import re
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import available_timezones

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
DATABASES = ("sqlite", "postgres", "postgresql")
BROKERS = ("redis", "rediss")
MAIL_SERVERS = ("smtp", "smtps", "smtp+tls")


class WrongSetting(Exception):
    """The message is a sentence for the person who starts the program."""


def text(name: str, default: str = "") -> str:
    """The value without surrounding blanks; set but empty counts as unset, as compose files leave it."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    value = text(name).lower()
    if value in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return value in ("1", "true", "yes", "on") if value else default
    raise WrongSetting(f"{name} must be 1 or 0, not {value!r}.")


def words(name: str) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()]


def port(name: str, default: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise WrongSetting(f"{name} must be a number from 1 to 65535, not {value!r}.")
    return int(value)


@dataclass(frozen=True)
class Rate:
    requests: int
    seconds: int


def rate(name: str, default: str) -> Rate | None:
    """ "6000/min"; "0" is no limit at all."""
    value = text(name, default)
    if value == "0":
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,8})/(s|min|h)", value)
    if not found:
        raise WrongSetting(f"{name} must look like 6000/min, 100/s or 50000/h, or be 0 for no limit, not {value!r}.")
    return Rate(int(found[1]), {"s": 1, "min": 60, "h": 3600}[found[2]])


def web_address(name: str, default: str = "") -> str:
    value = text(name, default).rstrip("/")
    if value and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
        raise WrongSetting(f"{name} must be an address that starts with http:// or https://, not {value!r}.")
    return value


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise WrongSetting(f"{name} must be networks such as 10.20.0.0/16, separated by commas: {error}.") from None


def mailbox(name: str) -> str:
    """An address that may be written to with more before its "@": desk@…, desk+anything@…"""
    value = text(name).lower()
    if value and not re.fullmatch(r"[a-z0-9._-]{1,20}@[a-z0-9](?:[a-z0-9.-]{0,200}[a-z0-9])?", value):
        raise WrongSetting(
            f"{name} must be a plain address such as desk@example.org, with at most 20 letters, digits, dots or "
            f"hyphens before the @, not {value!r}."
        )
    return value


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    if value not in available_timezones():
        raise WrongSetting(f"{name} must be a time zone such as Europe/Berlin, not {value!r}.")
    return value


def writable_folder(name: str, default: Path) -> Path:
    """Made when missing, for its owner alone: customers' data lies in it. Tried by writing: permission bits say nothing
    about a read-only disk."""
    folder = Path(text(name, str(default))).expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise WrongSetting(f"{name}: {folder} cannot be written to ({error.strerror}).") from None
    return folder


def database(name: str, folder: Path) -> dict[str, Any]:
    url = text(name)
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "switchback.sqlite3")}
    config = _parsed(url) if _scheme(url) in DATABASES else {}
    if not config.get("NAME"):
        raise WrongSetting(
            f"{name} must look like postgres://user:password@host/name or sqlite:////folder/file, not {_safe(url)!r}."
        )
    return config


def broker(name: str) -> str:
    url = text(name)
    if url and (_scheme(url) not in BROKERS or not _host(url)):
        raise WrongSetting(f"{name} must look like redis://host:6379/0, not {_safe(url)!r}.")
    return url


def secret_key(name: str, *, keep_in: Path | None, strict: bool) -> str:
    """From the environment, or one of our own kept in `keep_in` (None: it has to be given)."""
    value = text(name)
    if value and strict and (len(value) < 50 or len(set(value)) < 5):
        raise WrongSetting(f"{name} is too weak: give at least 50 random characters.")
    if value:
        return value
    if keep_in is None:
        raise WrongSetting(f"{name} is missing: give at least 50 random characters.")
    return _kept_key(keep_in)


def audit_key(name: str) -> str:
    """Empty: seals are made with the secret key."""
    value = text(name)
    if value and (len(value) < 50 or len(set(value)) < 5):
        raise WrongSetting(f"{name} is too weak: give at least 50 random characters, or leave it empty.")
    return value


def mail(name: str, without: str) -> dict[str, Any]:
    """Django's and anymail's settings for EMAIL_URL; `without` is the backend when it is unset."""
    url = text(name)
    if not url:
        return {"EMAIL_BACKEND": without}
    if "://" in url and _scheme(url) in MAIL_SERVERS and _host(url):
        return _mail_server(url)
    provider = url.partition("://")[0].lower().replace("-", "_")
    if re.fullmatch(r"[a-z_]+", provider) and find_spec(f"anymail.backends.{provider}"):
        return _mail_provider(provider)
    raise WrongSetting(
        f"{name} must look like smtps://user:password@host:465, smtp://host:25 or name a provider "
        f"such as postmark, not {_safe(url)!r}."
    )


def _mail_server(url: str) -> dict[str, Any]:
    """smtps:// is encrypted: from the first byte, or by STARTTLS on port 587, where servers expect that."""
    parts = urlsplit(url)
    starttls = parts.scheme == "smtp+tls" or (parts.scheme == "smtps" and parts.port == 587)
    usual = {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme]
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or usual,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": starttls,
        "EMAIL_USE_SSL": parts.scheme == "smtps" and not starttls,
        "EMAIL_TIMEOUT": int(parse_qs(parts.query).get("timeout", ["10"])[0]),
    }


def _mail_provider(provider: str) -> dict[str, Any]:
    """The provider's own variables keep anymail's names, such as POSTMARK_SERVER_TOKEN."""
    own = {key: value for key, value in os.environ.items() if key.startswith(f"{provider.upper()}_")}
    if not own and provider not in ("amazon_ses", "test", "console"):
        raise WrongSetting(f"EMAIL_URL names {provider}, but no {provider.upper()}_... variable holds its key.")
    return {
        "EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend",
        "ANYMAIL": {**own, "REQUESTS_TIMEOUT": (2, 10), "WEBHOOK_SECRET": webhook_secret("ANYMAIL_WEBHOOK_SECRET")},
    }


def webhook_secret(name: str) -> str:
    """What the provider signs in with at our webhooks, "user:password"; unset, there are no webhooks."""
    value = text(name)
    if value and (not re.fullmatch(r"[^\s:/@]+:[^\s:/@]+", value) or len(value) < 20):
        raise WrongSetting(
            f"{name} must look like user:password, 20 characters or more, without : / @ or blanks inside."
        )
    return value


def _kept_key(file: Path) -> str:
    """Made on the first start. Linked into place whole: two first starts at once end up with the same key."""
    if not file.exists():
        own = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(60))
        with suppress(FileExistsError):
            os.link(own, file)
        own.unlink()
    return file.read_text().strip()


def _parsed(database_url: str) -> dict[str, Any]:
    try:
        return dict(environ.Env.db_url_config(database_url))
    except Exception:  # whatever a parser may raise, the person gets the sentence
        return {}


def _scheme(url: str) -> str:
    return url.partition("://")[0].lower() if "://" in url else ""


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.port is None or parts.port else None
    except ValueError:
        return None


def _safe(url: str) -> str:
    """Without the password: the sentence ends up in logs."""
    return re.sub(r"://[^@/\s]*@", "://***@", url)
