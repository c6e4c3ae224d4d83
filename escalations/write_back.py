"""Write many changed rows at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def write_back(rows: Iterable[models.Model], fields: Sequence[str]) -> None:
    """UPDATE each row's `fields` by its key.

    `executemany`, because Django's `bulk_update` builds one CASE per column and row, which costs several times the
    CPU of the work itself.
    """
    rows = list(rows)
    if not rows:
        return
    meta: Any = rows[0]._meta
    columns = [meta.get_field(name) for name in fields]
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(column.column)} = %s" for column in columns)
    sql = f"UPDATE {quote(meta.db_table)} SET {assignments} WHERE {quote(meta.pk.column)} = %s"  # noqa: S608 – names of our own columns, quoted
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_values(row, columns) for row in rows])


def _values(row: models.Model, columns: Sequence[Any]) -> list[Any]:
    prepared = [column.get_db_prep_save(getattr(row, column.attname), connection) for column in columns]
    return [*prepared, row.pk]
