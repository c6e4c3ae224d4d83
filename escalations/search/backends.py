"""What each database can do: which tickets hold these words, and which words there are.

PostgreSQL has a tsvector with a GIN index, and trigrams where the extension pg_trgm could be installed. SQLite has FTS5
where its build brings it; without it, every document is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from escalations.models.search import SearchText

TRIGRAMS = "search_word_trigrams"
POSTGRES = "SELECT ticket_id FROM escalations_searchtext WHERE vector @@ %s::tsquery"
FTS5 = "SELECT rowid FROM escalations_searchindex WHERE escalations_searchindex MATCH %s"
HAS_FTS5 = "SELECT 1 FROM sqlite_master WHERE name = 'escalations_searchindex'"


@dataclass(frozen=True)
class Term:
    """One typed word is found where a word begins with `start`, or is one of `exact`."""

    start: str
    exact: tuple[str, ...] = ()

    @property
    def is_prefix(self) -> bool:
        # A single letter begins a tenth of all words: alone it says nothing.
        return len(self.start) > 1


def holding(terms: Sequence[Term]) -> Any:
    """The keys of the tickets in which every term is found, for `pk__in`."""
    if connection.vendor == "postgresql":
        return RawSQL(POSTGRES, [" & ".join(_quoted(term, "'", " | ", ":*") for term in terms)])  # noqa: S611 – a parameter
    if has_fts5():
        return RawSQL(FTS5, [" AND ".join(_quoted(term, '"', " OR ", "*") for term in terms)])  # noqa: S611 – a parameter
    condition = Q()
    for term in terms:
        condition &= _like(term)
    return SearchText.objects.filter(condition).values("pk")


def _quoted(term: Term, mark: str, either: str, begins: str) -> str:
    """The term in a database's own language. In a word there is nothing but letters and digits (and the "@" of a
    customer), so that nothing ends the quotation."""
    words = [f"{mark}{word}{mark}" for word in (term.start, *term.exact)]
    if term.is_prefix:
        words[0] += begins
    return f"({either.join(words)})"


def _like(term: Term) -> Q:
    found = Q(words__contains=f" {term.start}" if term.is_prefix else f" {term.start} ")
    for word in term.exact:
        found |= Q(words__contains=f" {word} ")
    return found


# Asked once a process: neither comes or goes while it runs.
@cache
def has_fts5() -> bool:
    return _answers(HAS_FTS5)


@cache
def has_trigrams() -> bool:
    return connection.vendor == "postgresql" and _answers(f"SELECT to_regclass('{TRIGRAMS}')")


def _answers(sql: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return bool(row and row[0])
