"""From what was typed to what there is: customers, words that contain a part, words that nearly are it."""

from collections.abc import Sequence
from difflib import get_close_matches

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Length

from contacts.models import Customer
from escalations.models.search import SearchWord

from .backends import has_trigrams
from .document import customer_word

MOST_CUSTOMERS = 1000  # whose name a single word stands in
MOST_WORDS = 40  # that contain a part
MOST_SIMILAR, SIMILAR = 3, 0.4  # of their trigrams
MOST_CANDIDATES, CLOSE = 2000, 0.75  # of their letters
SHORTEST_PART, SHORTEST_SLIP = 3, 4  # letters

Found = dict[str, list[str]]


def known(typed: Sequence[str]) -> Found:
    """For each typed word: the customers in whose name it stands, and the known words in which it stands.

    One query, whatever was typed.
    """
    parts: list[str] = []
    params: list[str | int] = []
    like = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
    for word in typed:
        parts.append(_CUSTOMERS.format(like=like))
        params += [word, f"%{word}%", f"%{word}%", MOST_CUSTOMERS]
        if len(word) >= SHORTEST_PART:
            parts.append(_CONTAINING)
            params += [word, f"%{word}%", MOST_WORDS]
    found: Found = {word: [] for word in typed}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for typed_word, word in cursor.fetchall():
            found[typed_word].append(word)
    return found


_CUSTOMERS = (
    f"SELECT * FROM (SELECT %s AS typed, '{customer_word(0)[:-1]}' || id AS word FROM {Customer._meta.db_table} "  # noqa: S608 – our own names
    "WHERE name {like} %s OR slug {like} %s LIMIT %s) AS customers"
)
_CONTAINING = (
    f"SELECT * FROM (SELECT %s AS typed, word FROM {SearchWord._meta.db_table} "  # noqa: S608 – as above
    "WHERE word LIKE %s ORDER BY length(word), word LIMIT %s) AS containing"
)


def similar(typed: Sequence[str]) -> Found:
    """For each word the few known words that it may have been meant to be: none for a short one, or for digits.

    One query at most.
    """
    worth = [word for word in typed if len(word) >= SHORTEST_SLIP and not word.isdigit()]
    if not worth:
        return {}
    return _by_trigrams(worth) if has_trigrams() else _by_their_ends(worth)


def _by_trigrams(typed: Sequence[str]) -> Found:
    found: Found = {}
    with connection.cursor() as cursor:
        params = [value for word in typed for value in (word, word, word, SIMILAR, word, MOST_SIMILAR)]
        cursor.execute(" UNION ALL ".join([_SIMILAR] * len(typed)), params)
        for typed_word, word in cursor.fetchall():
            found.setdefault(typed_word, []).append(word)
    return found


_SIMILAR = (
    f"SELECT * FROM (SELECT %s AS typed, word FROM {SearchWord._meta.db_table} "  # noqa: S608 – as above
    "WHERE word %% %s AND similarity(word, %s) >= %s ORDER BY similarity(word, %s) DESC, word LIMIT %s) AS alike"
)


def _by_their_ends(typed: Sequence[str]) -> Found:
    """Without trigrams: words that are about as long and begin or end alike. Enough for a small desk."""
    near = Q()
    for word in typed:
        alike = Q(word__startswith=word[0]) | Q(word__endswith=word[-2:])
        near |= Q(size__range=(len(word) - 2, len(word) + 2)) & alike
    words = SearchWord.objects.annotate(size=Length("word")).filter(near).values_list("word", flat=True)
    candidates = list(words[:MOST_CANDIDATES])
    return {word: get_close_matches(word, candidates, MOST_SIMILAR, CLOSE) for word in typed}
