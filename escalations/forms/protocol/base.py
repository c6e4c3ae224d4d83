"""What the forms of a draft share: fields named by path, objections beside them, what others saved meanwhile."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts.forms import CardForm, Words
from escalations.protocol.content import Content
from escalations.protocol.errors import BadContent

NEW = "new"  # stands for the key of a row that is not there yet
LONGEST_WAS = 400_000  # characters


@dataclass
class Group:
    """Fields that are about one thing. `rows` are lines of fields side by side."""

    heading: Any
    rows: list[list[str]] = field(default_factory=list)
    fields: list[list[forms.BoundField]] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        return any(each.errors for row in self.fields for each in row)


class PartForm(CardForm):
    """One part of a draft. `part(cleaned)` is what it makes of the content; all else stays as the draft has it.

    `edits` says which saving of the draft was opened, `was` what stood in the fields then.
    """

    tab: ClassVar[Words] = ""
    edits = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    was = forms.CharField(required=False, widget=forms.HiddenInput, max_length=LONGEST_WAS)

    def __init__(self, data: Any = None, *, draft: Any, **options: Any) -> None:
        super().__init__(data, auto_id="part-%s", **options)
        self.draft, self.content = draft, draft.content
        self.groups: list[Group] = []
        self.build(self.content)
        self.initial["was"] = json.dumps(self.initial, default=str)
        self.initial["edits"] = draft.edits
        for group in self.groups:
            group.fields = [[self[name] for name in row] for row in group.rows]

    initial: dict[str, Any]

    def build(self, content: Content) -> None:
        """Add fields and groups."""
        raise NotImplementedError

    def part(self, cleaned: Mapping[str, Any]) -> Content:
        raise NotImplementedError

    def add(self, name: str, made: forms.Field, value: Any) -> str:
        self.fields[name] = made
        self.initial[name] = value
        return name

    def said(self) -> Content:
        """The whole content with what was typed here."""
        return self.content | self.part(self.cleaned_data)

    @property
    def opened(self) -> int:
        return self.cleaned_data["edits"] if self.cleaned_data.get("edits") is not None else -1

    # -- objections ----------------------------------------------------------------------------------------------------

    def refuse_content(self, bad: BadContent) -> None:
        for path, why in bad.errors.items():
            name = self.field_at(path)
            self.add_error(name, why if name else f"{path}: {why}")

    def field_at(self, path: str) -> str | None:
        """The field that a path such as "calendars.bh.hours.mon[1]" speaks of, or one that it lies in."""
        names = dict.fromkeys((path, self.as_typed(path)))
        for name in names:
            while name:
                if name in self.fields:
                    return name
                name = re.sub(r"(\[\d+\]|\.?[^.\[]+)$", "", name)
        return None

    def as_typed(self, path: str) -> str:
        """The path under which a new row was typed."""
        return path

    # -- somebody else saved meanwhile ---------------------------------------------------------------------------------

    def caught_up(self, draft: Any) -> "PartForm":
        """For the draft as it is by now: what was typed stays, what was not touched shows the new state."""
        try:
            was = json.loads(self.data.get("was", "")[:LONGEST_WAS])
        except (ValueError, TypeError, RecursionError):
            was = {}
        now = type(self)(None, draft=draft)
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name in self.fields:
            if name in ("was", "edits") or name not in now.fields or not isinstance(was, dict) or name not in was:
                continue
            if _plain(self.fields[name], self[name].value()) == _plain(self.fields[name], was[name]):
                value = now.initial[name]
                _put(data, name, value)
        data["was"], data["edits"] = now.initial["was"], str(draft.edits)
        return type(self)(data, draft=draft)


def _put(data: Any, name: str, value: Any) -> None:
    if isinstance(value, list):
        data.setlist(name, [str(each) for each in value])
    elif value is False or value is None:
        data.pop(name, None)  # an empty box is not sent
    else:
        data[name] = "on" if value is True else str(value)


def _plain(made: forms.Field, value: Any) -> Any:
    if isinstance(value, list):
        return sorted(str(each) for each in value)
    if isinstance(made, forms.BooleanField):
        return value in (True, "on", "true", "True")
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


# -- lists of entries, each with a key ---------------------------------------------------------------------------------


def place_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Place"), required=False, min_value=0, max_value=999, widget=forms.NumberInput({"class": "short"})
    )


def in_place(rows: Iterable[tuple[int | None, Content]]) -> list[Content]:
    """By the places that were typed; a row without one comes last, equal ones stay in their order."""
    return [row for _place, row in sorted(rows, key=lambda each: 1000 if each[0] is None else each[0])]


def new_key(words: str, taken: Iterable[str]) -> str:
    """A short name for a new entry that no other has."""
    base, known, number = slugify(words)[:40] or NEW, {NEW, *taken}, 2
    key = base
    while key in known:
        key, number = f"{base}-{number}", number + 1
    return key
