"""Trigrams for PostgreSQL: tried by the migration, and again by `manage.py rebuild_search`."""

from django.db import DatabaseError, connection, transaction

from escalations.models.search import SearchWord

from .backends import TRIGRAMS, has_trigrams

WITHOUT = (
    "The extension pg_trgm could not be created (%s). Search works, but slips of the pen are only found by their "
    "beginning and end. Let an administrator of the database run CREATE EXTENSION pg_trgm, then run rebuild_search."
)


def add_trigrams() -> str:
    """Install pg_trgm and its index if they are missing; what went wrong, or nothing. A database owner may do so from
    PostgreSQL 13 on, where the extension is on the machine."""
    if connection.vendor != "postgresql":
        return ""
    has_trigrams.cache_clear()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {TRIGRAMS} ON {SearchWord._meta.db_table} USING gin (word gin_trgm_ops)"
            )
    except DatabaseError as error:
        return WITHOUT % (str(error).strip().splitlines() or ["no reason given"])[0]
    return ""
