"""The database empty again after a test that commits. Only what holds rows is emptied: Django's flush truncates every
table and makes content types and permissions anew, which on PostgreSQL takes longer than most of these tests."""

from django.db import connection, transaction

from tests.unguarded import unguarded

KEPT = {"django_content_type", "auth_permission"}  # what a migrated database holds, and nobody changes


def empty() -> None:
    with unguarded(), transaction.atomic(), connection.cursor() as cursor:
        for table in _filled():
            cursor.execute(f"DELETE FROM {table}")


def _filled() -> list[str]:
    """In no order: foreign keys are looked at when the transaction ends, and on PostgreSQL not at all."""
    tables = set(connection.introspection.django_table_names(only_existing=False, include_views=False)) - KEPT
    names = {table: connection.ops.quote_name(table) for table in tables}
    looks = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {names[table]})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(looks)
        return [names[table] for (table,) in cursor.fetchall()]
