"""Which tickets a search finds."""

import json
from typing import Any

from django.db.models import BooleanField, F, Func, TextField, Value

from escalations.models.ticket import TicketQuerySet, primary_key_of

from .backends import Term, holding
from .vocabulary import known, similar
from .words import typed_words

FEW = 1000


def matching(tickets: TicketQuerySet, q: str) -> TicketQuerySet:
    """A number finds its ticket. Else every word must be found: in the subject, in what people wrote, among the tags,
    in the reporter's or the customer's name; as a word, as the beginning of one, or as a part of one. A word that
    stands nowhere finds the words most like it.

    The order is the caller's. Nothing that may be typed is an error; what holds no word finds nothing.
    """
    if not q.strip():
        return tickets
    key = primary_key_of(q)
    if key and tickets.filter(pk=key).exists():
        return tickets.filter(pk=key)
    typed = typed_words(q)
    return _holding(tickets, _terms(typed)) if typed else tickets.none()


def _holding(tickets: TicketQuerySet, terms: list[Term]) -> TicketQuerySet:
    """By their keys if they are few: a page asks for them several times. And databases guess badly how rare a word is;
    they would walk through all tickets in the list's order to find the three that there are."""
    found = tickets.filter(pk__in=holding(terms))
    few = list(found.order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(few) > FEW:
        return found
    return tickets.filter(Among("pk", few)) if few else tickets.none()


class Among(Func):
    """Whether a column is one of these keys. They travel as one value: a thousand of them, each a value of its own in
    every query of a page, take longer to hand over than to look up. To be used as a filter."""

    output_field = BooleanField()
    conditional = True
    template = "%(expressions)s)"

    def __init__(self, column: str, keys: list[int]) -> None:
        super().__init__(F(column), Value(json.dumps(keys), output_field=TextField()))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        sql, (keys,) = self.as_sql(compiler, connection, arg_joiner=" = ANY(", **context)
        return sql.replace("%s", "%s::bigint[]"), (f"{{{str(keys)[1:-1]}}}",)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(
            compiler,
            connection,
            arg_joiner=" IN (SELECT value FROM json_each(",
            template="%(expressions)s))",
            **context,
        )


def _terms(typed: list[str]) -> list[Term]:
    found = known(typed)
    meant = similar([word for word, words in found.items() if not words])
    return [Term(word, _beside(word, found[word] or meant.get(word, []))) for word in typed]


def _beside(typed: str, words: list[str]) -> tuple[str, ...]:
    """What is not found by its beginning anyway."""
    return tuple(word for word in words if not word.startswith(typed))
