"""Write many rows at once, new or changed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

Rows = list[list[Any]]


def insert(rows: Sequence[models.Model], *, ignore_conflicts: bool = False, on_conflict: str = "DO NOTHING") -> None:
    """INSERT rows whose keys nobody asks for afterwards. Not `bulk_create`: it compiles every value of every row.

    `on_conflict` says in SQL what becomes of rows that are there already, if conflicts are no error.
    """
    if not rows:
        return
    meta: Any = rows[0]._meta
    columns = [column for column in meta.concrete_fields if not column.primary_key]
    values = [[_value(row, column) for column in columns] for row in rows]
    into = f"INSERT INTO {_table(meta)} ({', '.join(map(_quoted, columns))}) VALUES "  # noqa: S608 – our own names, quoted
    row = f"({', '.join(['%s'] * len(columns))})"
    unless = f" ON CONFLICT {on_conflict}" if ignore_conflicts else ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(into + ", ".join([row] * len(values)) + unless, [value for each in values for value in each])
        else:
            cursor.executemany(into + row + unless, values)


def write_back(rows: Iterable[models.Model], fields: Sequence[str]) -> None:
    """UPDATE each row's `fields` by its key.

    Not Django's `bulk_update`: it builds one CASE per column and row, which costs several times the CPU of the work
    itself. PostgreSQL takes all rows in one statement. SQLite is in this process, where a statement a row is cheaper.
    """
    rows = list(rows)
    if not rows:
        return
    meta: Any = rows[0]._meta
    columns = [meta.get_field(name) for name in fields]
    values = [[*(_value(row, column) for column in columns), row.pk] for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _all_in_one(cursor, meta, columns, values)
        else:
            _one_by_one(cursor, meta, columns, values)


def _value(row: models.Model, column: Any) -> Any:
    value = getattr(row, column.attname)
    return None if value is None else column.get_db_prep_save(value, connection)


def _all_in_one(cursor: Any, meta: Any, columns: Sequence[Any], values: Rows) -> None:
    names = [_quoted(column) for column in columns]
    key = _quoted(meta.pk)
    assignments = ", ".join(f"{name} = changed.{name}" for name in names)
    # VALUES have no types of their own: nulls would be text. Lengths are left to the column, a cast would cut.
    types = [column.db_type(connection).partition("(")[0] for column in columns]
    row = f"({', '.join(f'%s::{each}' for each in types)}, %s::bigint)"
    cursor.execute(
        f"UPDATE {_table(meta)} AS kept SET {assignments} "  # noqa: S608 – names of our own tables and columns, quoted
        f"FROM (VALUES {', '.join([row] * len(values))}) AS changed ({', '.join([*names, key])}) "
        f"WHERE kept.{key} = changed.{key}",
        [value for each in values for value in each],
    )


def _one_by_one(cursor: Any, meta: Any, columns: Sequence[Any], values: Rows) -> None:
    assignments = ", ".join(f"{_quoted(column)} = %s" for column in columns)
    cursor.executemany(f"UPDATE {_table(meta)} SET {assignments} WHERE {_quoted(meta.pk)} = %s", values)  # noqa: S608 – as above


def _table(meta: Any) -> str:
    return connection.ops.quote_name(meta.db_table)


def _quoted(column: Any) -> str:
    return connection.ops.quote_name(column.column)
