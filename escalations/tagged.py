"""Tickets by a tag, in the words of each database: Django has no lookup into JSON lists that SQLite understands."""

from typing import Any

from django.db.models import BooleanField, Func, Value
from django.db.models.functions import Lower


class HasTag(Func):
    """Whether the list of tags in a column holds `tag`, capitals or not. To be used as a filter."""

    output_field = BooleanField()
    conditional = True
    # PostgreSQL's: word for word as in the index of migration 0008.
    arg_joiner = "::text)::jsonb @> jsonb_build_array("
    template = "(LOWER(%(expressions)s))"

    def __init__(self, column: str, tag: str) -> None:
        super().__init__(column, Lower(Value(tag.strip())))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(
            compiler,
            connection,
            template="EXISTS (SELECT 1 FROM json_each(%(expressions)s)",
            arg_joiner=") AS tag WHERE LOWER(tag.value) = ",
            **context,
        )
