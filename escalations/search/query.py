"""Which tickets a search finds."""

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
    return tickets.filter(pk__in=few) if len(few) <= FEW else found


def _terms(typed: list[str]) -> list[Term]:
    found = known(typed)
    meant = similar([word for word, words in found.items() if not words])
    return [Term(word, _beside(word, found[word] or meant.get(word, []))) for word in typed]


def _beside(typed: str, words: list[str]) -> tuple[str, ...]:
    """What is not found by its beginning anyway."""
    return tuple(word for word in words if not word.startswith(typed))
