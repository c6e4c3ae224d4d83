"""Pages by position: each starts after the last row of the one before, however many rows come or go meanwhile."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from django.core import signing
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from config.rest.fields import iso

SALT = "api.cursor"
USUAL, MOST = 50, 200


@dataclass(frozen=True)
class Cursor:
    """Right after (or before) the row with these values in the ordering's columns; the last is its key."""

    ordering: tuple[str, ...]
    backwards: bool
    values: list[Any]

    def __str__(self) -> str:
        return signing.dumps([list(self.ordering), self.backwards, self.values], salt=SALT)

    @classmethod
    def read(cls, text: str, ordering: tuple[str, ...]) -> Self:
        """Signed, so that what comes back is what was given out. Raises ValidationError."""
        try:
            names, backwards, values = signing.loads(text, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError):
            raise refused(_("This is not a cursor of this list. Start again without it.")) from None
        if tuple(names) != ordering:
            raise refused(_("This cursor belongs to another ordering. Start again without it."))
        return cls(ordering, backwards, values)


def refused(message: str) -> serializers.ValidationError:
    return serializers.ValidationError({"cursor": [message]})


def page_of(
    rows: QuerySet[Any], *, ordering: tuple[str, ...], cursor: str, limit: int
) -> tuple[list[Any], Cursor | None, Cursor | None]:
    """The rows of a page, the cursor of the next one and that of the one before (None: there is none).

    `ordering` names columns, "-" for descending; the last one is unique. Empty values come last when ascending.
    """
    at = Cursor.read(cursor, ordering) if cursor else None
    backwards = bool(at and at.backwards)
    terms = [_Term.of(name, backwards) for name in ordering]
    if at:
        rows = rows.filter(_after(terms, _typed(rows.model, ordering, at.values)))
    found = list(rows.order_by(*(term.order() for term in terms))[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    has_next, has_previous = (bool(at), more) if backwards else (more, bool(at))
    return (
        found,
        Cursor(ordering, False, _values(found[-1], ordering)) if found and has_next else None,
        Cursor(ordering, True, _values(found[0], ordering)) if found and has_previous else None,
    )


@dataclass(frozen=True)
class _Term:
    column: str
    descending: bool

    @classmethod
    def of(cls, name: str, backwards: bool) -> Self:
        return cls(name.lstrip("-"), name.startswith("-") != backwards)

    def order(self) -> Any:
        # Spelt out: PostgreSQL and SQLite disagree on where nulls go.
        nullable = self.column != "pk"
        if self.descending:
            return F(self.column).desc(nulls_first=True if nullable else None)
        return F(self.column).asc(nulls_last=True if nullable else None)

    def beyond(self, value: Any) -> Q:
        if value is None:
            return Q(**{f"{self.column}__isnull": False}) if self.descending else Q(pk__in=())
        if self.descending:
            return Q(**{f"{self.column}__lt": value})
        return Q(**{f"{self.column}__gt": value}) | Q(**{f"{self.column}__isnull": True})

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.column}__isnull": True}) if value is None else Q(**{self.column: value})


def _after(terms: list[_Term], values: list[Any]) -> Q:
    """(a, b) > (x, y), written out: a > x or (a = x and b > y)."""
    condition = terms[-1].beyond(values[-1])
    for term, value in zip(reversed(terms[:-1]), reversed(values[:-1]), strict=True):
        condition = term.beyond(value) | (term.same(value) & condition)
    return condition


def _values(row: Model, ordering: tuple[str, ...]) -> list[Any]:
    values = (getattr(row, _attribute(row, name)) for name in ordering)
    return [_as_json(value) for value in values]


def _as_json(value: Any) -> Any:
    """`to_python` of its column reads it again."""
    if isinstance(value, datetime):
        return iso(value)
    return str(value) if isinstance(value, date | Decimal) else value


def _typed(model: type[Model], ordering: tuple[str, ...], values: list[Any]) -> list[Any]:
    fields = [
        model._meta.pk if name.lstrip("-") == "pk" else model._meta.get_field(name.lstrip("-")) for name in ordering
    ]
    return [value if value is None else field.to_python(value) for field, value in zip(fields, values, strict=True)]


def _attribute(row: Model, name: str) -> str:
    column = name.lstrip("-")
    return "pk" if column == "pk" else row._meta.get_field(column).attname


class Pages(BasePagination):
    """The page that the view's checked query string (`limit`, `cursor`, `ordering`) asks for."""

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        self.here = request.build_absolute_uri()
        found, self.following, self.before = page_of(
            queryset, ordering=view.page_order(), cursor=view.query.get("cursor", ""), limit=view.query["limit"]
        )
        return found

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._link(self.following), "previous": self._link(self.before), "results": data})

    def _link(self, cursor: Cursor | None) -> str | None:
        return replace_query_param(self.here, "cursor", str(cursor)) if cursor else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }
