"""The few rows that belong to one row, fetched together with it: a column instead of a query of their own."""

import json
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models.functions import JSONObject

Row = TypeVar("Row", bound=models.Model)


class RowsWithin(models.Subquery):
    """A column that holds the rows of a queryset, in its order, as JSON; `rows_from` makes rows of it again."""

    def __init__(self, rows: models.QuerySet[Any]) -> None:
        names = [column.attname for column in rows.model._meta.concrete_fields]
        super().__init__(rows.values(one=JSONObject(**{name: name for name in names})), models.JSONField())

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        template = '(SELECT json_group_array(json("one")) FROM (%(subquery)s))'
        return self.as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        template = '(SELECT jsonb_agg(each."one") FROM (%(subquery)s) AS each)'
        return self.as_sql(compiler, connection, template=template)


def rows_from(model: type[Row], within: list[dict[str, Any]] | None) -> list[Row]:
    """The rows of `model` that a column of `RowsWithin` holds. PostgreSQL holds nothing where there are none."""
    columns = {column.attname: column for column in model._meta.concrete_fields}
    return [
        model.from_db(None, list(columns), [_value(column, each[name]) for name, column in columns.items()])
        for each in within or []
    ]


def _value(column: Any, written: Any) -> Any:
    value = column.to_python(written)
    if isinstance(column, models.JSONField) and isinstance(value, str):  # SQLite holds JSON within JSON as text
        return json.loads(value)
    # SQLite writes instants in UTC and does not say so.
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
