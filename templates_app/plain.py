"""Plain text without what a screen or a mail header would trip over."""

import re
import unicodedata

# Bidirectional overrides can make "gpj.exe" out of "exe.jpg"; lone surrogates and NUL cannot be stored or sent.
_UNSEEN = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_BREAKS = r"\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029"

_EMPTY = "\u115f\u1160\u2800\u3164\uffa0"  # letters by name, empty by look

_HIDDEN = re.compile(f"[{_UNSEEN}]")
_NEWLINE = re.compile(f"\r\n|[{_BREAKS}]")


def one_line(text: object) -> str:
    """For subjects, names and headers: no control character, every kind of line break and tab is one space."""
    return " ".join(_HIDDEN.sub("", _NEWLINE.sub(" ", str(text or ""))).split())


def lines(text: object) -> str:
    """For bodies: every kind of line break is "\\n", no other control character but the tab."""
    return _HIDDEN.sub("", _NEWLINE.sub("\n", str(text or ""))).strip()


def is_blank(text: object) -> bool:
    """Nothing that a person could see: blanks, marks without a letter, and what has no width (U+200B, fillers …)."""
    return all(unicodedata.category(char)[0] in "CZM" or char in _EMPTY for char in str(text or ""))


def shorten(text: str, length: int) -> str:
    """At most `length` characters, cut between words where a space is near, with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[: max(length - 1, 1)]
    if not text[len(cut)].isspace():
        head = cut.rsplit(" ", 1)[0]
        cut = head if len(head) > len(cut) * 0.6 else cut
    return cut.rstrip(" ,;:.–-") + "…"
