"""What can be found in a ticket, and writing it down."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.functions import Left

from escalations.models.event import Event
from escalations.models.search import SearchText, SearchWord
from escalations.models.ticket import Ticket

from .words import words_of

# What people wrote into an event, beside its text.
PARTS = ("next_steps", "expected_resolution", "root_cause", "prevention")
LONGEST_PIECE, LONGEST_TEXT = 8_000, 60_000  # characters; what lies beyond is not found
MOST_EVENTS = 300  # of a ticket, newest first
MOST_WORDS = 4_000
BATCH = 500


def index(tickets: Sequence[Ticket]) -> None:
    """Write down what can be found in these tickets, as they stand; nothing, where nothing has changed."""
    said: dict[int, list[str]] = {ticket.pk: [] for ticket in tickets}
    for key, pieces in _said(said):
        said[key] += pieces
    known = SearchText.objects.in_bulk(said)
    new = [document_of(ticket, said[ticket.pk]) for ticket in tickets]
    changed = [doc for doc in new if not _same(doc, known.get(doc.pk))]
    SearchText.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["ticket"], update_fields=["text", "words"]
    )
    words = {word for doc in changed for word in doc.words.split()}
    if words:
        # Afterwards: two transactions that both add a word would wait for each other, and not only for that.
        transaction.on_commit(partial(remember, words), robust=True)


def rebuild(*, missing: bool = False) -> Iterator[int]:
    """Write everything anew, or only what is missing; yields how many tickets it has done after each batch."""
    done, last = 0, 0
    tickets = Ticket.objects.filter(search_text=None) if missing else Ticket.objects.all()
    while keys := list(tickets.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            # Locked as every verb locks: nobody's newer words are overwritten with older ones.
            index(list(Ticket.objects.select_for_update().filter(pk__in=keys).order_by("pk")))
        done, last = done + len(keys), keys[-1]
        yield done


def document_of(ticket: Ticket, said: Iterable[str] = ()) -> SearchText:
    """What can be found in the ticket; `said` is what people wrote in its events, newest first."""
    reporter = " ".join(filter(None, (ticket.reporter_name, ticket.reporter_email)))
    tags = " ".join(map(str, ticket.tags))
    ends = (ticket.root_cause, ticket.solution, ticket.prevention)
    pieces = [_line(piece) for piece in (ticket.description, *ends, *said, tags, reporter)]
    text = "\n".join(dict.fromkeys(filter(None, pieces)))[:LONGEST_TEXT]
    words = words_of(f"{ticket.subject} {text}")[:MOST_WORDS]
    return SearchText(
        ticket_id=ticket.pk, text=text, words=f" {' '.join((customer_word(ticket.customer_id), *words))} "
    )


def customer_word(key: int) -> str:
    """How a customer stands among the words. Nobody can type it: "@" is in no word."""
    return f"@{key}"


def remember(words: Iterable[str]) -> None:
    """Add to the words that are known. In one order everywhere, so that two who add the same ones only wait."""
    worth = {word for word in words if len(word) > 2 and not word.startswith("@") and not word.isdigit()}
    fresh = worth.difference(SearchWord.objects.filter(pk__in=worth).values_list("pk", flat=True))
    SearchWord.objects.bulk_create([SearchWord(word) for word in sorted(fresh)], ignore_conflicts=True, batch_size=1000)


def _said(keys: Iterable[int]) -> Iterator[tuple[int, list[str]]]:
    keys = list(keys)
    events = Event.objects.filter(ticket__in=keys).exclude(text="", data={}).order_by("-at", "-pk")
    rows = events.annotate(said=Left("text", LONGEST_PIECE)).values_list("ticket_id", "said", "data")
    for key, said, data in rows[: MOST_EVENTS * len(keys)]:
        yield key, [said, *(str(data[part])[:LONGEST_PIECE] for part in PARTS if data.get(part))]


def _line(text: str) -> str:
    return " ".join(text[:LONGEST_PIECE].split())


def _same(one: SearchText, other: Any) -> bool:
    return bool(other) and (one.text, one.words) == (other.text, other.words)
