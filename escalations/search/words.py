"""Words, as they are compared: without case, accents and punctuation. Pure."""

import re
import unicodedata

from escalations.models.search import LONGEST_WORD

WORD = re.compile(r"[^\W_]+")
# Letters that Unicode does not take apart into a plain letter and a mark.
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
MOST_TYPED, LONGEST_TYPED = 8, 300


def fold(text: str) -> str:
    """ "Größe" is "grosse", "Čapek" is "capek"."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(PLAIN)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """Each word once, in order. A word longer than any that people type is cut."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in WORD.findall(fold(text))))


def typed_words(q: str) -> list[str]:
    """The words that count of what somebody typed: enough to find anything, few enough to cost little."""
    return words_of(q[:LONGEST_TYPED])[:MOST_TYPED]
