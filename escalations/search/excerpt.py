"""Where something was found: a line of what people wrote, with the words marked."""

from collections.abc import Iterable
from dataclasses import dataclass

from escalations.models.search import SearchText

from .words import WORD, fold, typed_words

BEFORE, LONGEST = 40, 140  # characters of an excerpt: before its first word, in all
READ = 20_000  # characters of a ticket's text that are looked at


@dataclass(frozen=True)
class Excerpt:
    """Its pieces in order, each with whether it is a word that was typed."""

    pieces: list[tuple[str, bool]]


def says(text: str, q: str) -> bool:
    """Whether all the words that were typed stand in `text`."""
    folded = fold(text)
    return all(word in folded for word in typed_words(q))


def excerpts(tickets: Iterable[int], q: str) -> dict[int, Excerpt]:
    """For each ticket (by key) in whose text a typed word stands, the first place. One query; none without words."""
    typed = typed_words(q)
    if not typed:
        return {}
    rows = SearchText.objects.filter(pk__in=list(tickets)).values_list("pk", "text")
    found = ((key, excerpt_of(text[:READ], typed)) for key, text in rows)
    return {key: excerpt for key, excerpt in found if excerpt}


def excerpt_of(text: str, typed: list[str]) -> Excerpt | None:
    """The line with the most of the words, cut to what is around the first of them."""
    best = max(text.split("\n"), key=lambda line: _score(fold(line), typed), default="")
    if not _score(fold(best), typed):
        return None
    return _cut(best, typed)


def _score(line: str, typed: list[str]) -> int:
    return sum(word in line for word in typed)


def _cut(line: str, typed: list[str]) -> Excerpt | None:
    marks = [match.span() for match in WORD.finditer(line) if any(word in fold(match[0]) for word in typed)]
    if not marks:
        return None
    start = max(marks[0][0] - BEFORE, 0)
    start = line.rfind(" ", 0, start) + 1 if start else 0
    end = min(start + LONGEST, len(line))
    pieces, at = [("…", False)] if start else [], start
    for begin, stop in marks:
        if stop > end:
            break
        pieces += [(line[at:begin], False), (line[begin:stop], True)]
        at = stop
    pieces.append((line[at:end] + ("…" if end < len(line) else ""), False))
    return Excerpt([piece for piece in pieces if piece[0]])
