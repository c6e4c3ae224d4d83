"""Brings the database up to date before the first request."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import Error as DatabaseError
from django.db import connection, transaction

from .start import CannotStart


def prepare(say: Callable[[str], None]) -> None:
    """Migrations, the protocol and, on the first run of a demo, its desk. Each of them may run again."""
    try:
        connection.ensure_connection()
        call_command("migrate", interactive=False, verbosity=0)
        # A demo comes first: its protocol has been in use for a year, and what has run is never changed.
        if settings.DEMO and not get_user_model().objects.exists():
            say("First start: setting up a demo desk ...")
            _seed()
        call_command("load_protocol", verbosity=0)
        call_command("rebuild_search", missing=True, verbosity=0)
    except DatabaseError as error:
        raise CannotStart(f"DATABASE_URL: the database cannot be used ({_first_line(error)}).") from None
    finally:
        connection.close()


def _seed() -> None:
    """All or nothing: stopped half-way, the next start begins again."""
    with transaction.atomic():
        call_command("seed_demo", verbosity=0)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
