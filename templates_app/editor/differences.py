"""What is different between two wordings, word by word."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from templates_app.languages import name_of
from templates_app.placeholders import PLACEHOLDERS

SAME, OUT, IN = "same", "out", "in"
# A placeholder is one word, and so is every run of blanks, every mark.
WORDS = re.compile(r"\{\{[^{}\n]*\}\}|\w+|[^\S\n]+|\n|[^\w\s]")


@dataclass(frozen=True)
class Difference:
    """One part of the wording that changed: `pieces` are (SAME, OUT or IN, text)."""

    label: str
    pieces: list[tuple[str, str]]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """The parts that are different, in the order of the editor."""
    was, now = dict(_parts(before)), dict(_parts(after))
    labels = dict.fromkeys([*now, *was])
    return [
        Difference(label, pieces(was.get(label, ""), now.get(label, "")))
        for label in labels
        if was.get(label, "") != now.get(label, "")
    ]


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    """Words out, words in; what both have stands between them."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    found: list[tuple[str, str]] = []
    for _what, i, j, k, l in SequenceMatcher(None, old, new).get_opcodes():  # noqa: E741
        if _what == "equal":
            found.append((SAME, "".join(old[i:j])))
            continue
        found += [(kind, text) for kind, text in ((OUT, "".join(old[i:j])), (IN, "".join(new[k:l]))) if text]
    return found


def _parts(wording: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(label, text) of everything that can change."""
    if not wording:
        return
    yield _("Name"), wording.get("name", "")
    yield _("Severities"), ", ".join(wording.get("severities", [])) or _("All")
    yield _("Subject"), wording.get("subject", "")
    yield _("Text"), wording.get("body", "")
    yield _("What the writer fills in"), "\n".join(map(_field, wording.get("fields", [])))
    for language, texts in wording.get("translations", {}).items():
        yield _("Subject, %(language)s") % {"language": name_of(language)}, texts.get("subject", "")
        yield _("Text, %(language)s") % {"language": name_of(language)}, texts.get("body", "")


def _field(field: Mapping[str, Any]) -> str:
    label = field.get("label") or PLACEHOLDERS.get(field.get("name", ""), "")
    asked = _("required") if field.get("required", True) else _("optional")
    return f"{label} ({{{{{field.get('name')}}}}}, {asked})"
