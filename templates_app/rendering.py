"""Wording for customers, with its placeholders filled in: substituted once, never executed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.utils.html import escape
from django.utils.translation import gettext as _

from templates_app import plain
from templates_app.placeholders import PATTERN, PLACEHOLDERS, UnknownPlaceholder, placeholders, unknown

__all__ = ["EmptyPlaceholder", "Message", "UnknownPlaceholder", "check", "paragraphs", "placeholders", "render", "used"]


SUBJECT = 150  # characters: a whole description may have been filled in


class Wording(Protocol):
    """What is needed of a CommunicationTemplate; an unsaved one, for a preview, will do."""

    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def fields(self) -> list[dict]: ...


@dataclass(frozen=True)
class Message:
    """`html` is a fragment of paragraphs; the mail puts its frame around it."""

    subject: str
    text: str
    html: str


class EmptyPlaceholder(ValueError):
    """`names` are used and must not be empty."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        labels = ", ".join(str(PLACEHOLDERS[name]) for name in names)
        super().__init__(_("Still empty: %(labels)s.") % {"labels": labels})


def render(template: Wording, values: Mapping[str, object]) -> Message:
    """Raises UnknownPlaceholder, or EmptyPlaceholder for those that are used and not marked `required: false`.

    A value that looks like a placeholder stays as it is. Names in `values` that the wording does not use are ignored.
    """
    check(template)
    optional = {field["name"] for field in template.fields if not field.get("required", True)}
    filled = {name: plain.lines(values.get(name)) for name in used(template)}
    empty = [name for name, value in filled.items() if not value and name not in optional]
    if empty:
        raise EmptyPlaceholder(empty)
    text = _fill(template.body, filled)
    subject = plain.shorten(plain.one_line(_fill(template.subject, filled)), SUBJECT)
    return Message(subject, text, paragraphs(text))


def check(template: Wording) -> None:
    """Raises UnknownPlaceholder."""
    names = unknown(template.subject) + unknown(template.body)
    if names:
        raise UnknownPlaceholder(dict.fromkeys(names))


def paragraphs(text: str) -> str:
    """Plain text as an escaped HTML fragment: a blank line starts a paragraph."""
    blocks = [block.strip("\n") for block in text.split("\n\n")]
    return "\n".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in blocks if block.strip())


def used(template: Wording) -> list[str]:
    """The names that it uses, known or not, in the order of their first use."""
    return placeholders(f"{template.subject}\n{template.body}")


def _fill(text: str, filled: Mapping[str, str]) -> str:
    return plain.lines("\n".join(_fill_line(line, filled) for line in text.splitlines() if not _void(line, filled)))


def _void(line: str, filled: Mapping[str, str]) -> bool:
    """A line whose every placeholder is empty ("Expected resolution: ") is left out, label and all."""
    names = placeholders(line)
    return bool(names) and not any(filled[name] for name in names)


def _fill_line(line: str, filled: Mapping[str, str]) -> str:
    return PATTERN.sub(lambda found: filled[found[1]], line)
