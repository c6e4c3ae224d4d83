"""Rows that many tests begin with: written by the product once in a worker, then copied, a statement for each table."""

from collections.abc import Callable
from typing import Self

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

Table = type[models.Model]


class Rows:
    def __init__(self, rows: dict[Table, list[models.Model]]) -> None:
        self._rows = rows
        self._keys_go_on = "\n".join(connection.ops.sequence_reset_sql(no_style(), list(rows)))

    @classmethod
    def of(cls, write: Callable[[], object]) -> Self:
        """What `write` writes into an empty desk, which is left empty. Not for the middle of a test."""
        with transaction.atomic():
            before = {table: {row.pk for row in rows} for table, rows in everything()}
            write()
            after = {table: [row for row in rows if row.pk not in before[table]] for table, rows in everything()}
            transaction.set_rollback(True)
        return cls({table: rows for table, rows in after.items() if rows})

    def copy(self) -> None:
        with transaction.atomic():
            for table, rows in self._rows.items():
                table._base_manager.bulk_create(rows)
            if self._keys_go_on:
                with connection.cursor() as cursor:
                    cursor.execute(self._keys_go_on)


def everything() -> list[tuple[Table, list[models.Model]]]:
    tables = apps.get_models(include_auto_created=True)
    return [(table, list(table._base_manager.order_by("pk"))) for table in tables if table._meta.managed]
