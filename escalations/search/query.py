"""Which tickets a search finds."""

from escalations.models.ticket import TicketQuerySet, primary_key_of

from .backends import Term, holding
from .vocabulary import known, similar
from .words import typed_words


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
    return tickets.filter(pk__in=holding(_terms(typed))) if typed else tickets.none()


def _terms(typed: list[str]) -> list[Term]:
    found = known(typed)
    meant = similar([word for word, words in found.items() if not words])
    return [Term(word, _beside(word, found[word] or meant.get(word, []))) for word in typed]


def _beside(typed: str, words: list[str]) -> tuple[str, ...]:
    """What is not found by its beginning anyway."""
    return tuple(word for word in words if not word.startswith(typed))
