"""Reading what JSON says, part by part: all that is wrong gathers, with its path; nothing that is given raises."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.models.severity import validate_target
from templates_app.plain import is_blank, lines, one_line, shorten

from .content import Content

SLUG = re.compile(r"[-a-zA-Z0-9_]+")
LONG, MOST_ENTRIES, MOST_EXAMPLES = 20_000, 100, 50
LONGEST_KEY = 50
NAME = gettext_lazy("Give a short name of letters, digits, - and _, of at most %(n)s characters.")


class Reader:
    """Each method gives what can be kept, or something harmless in its place once it has said what is wrong."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def wrong(self, path: str, why: object) -> None:
        # What is given can stand in a path or in a reason, so both are made fit to be shown.
        self.errors.setdefault(shorten(one_line(path), 200) or "content", shorten(one_line(why), 300))

    def fields(
        self, row: Any, path: str, names: Iterable[str], *, beside: Iterable[str] = (), needed: Iterable[str] = ()
    ) -> Content:
        """An object with exactly these names; those of `beside` may be there."""
        if not isinstance(row, dict):
            self.wrong(path, _("Give an object."))
            return {}
        dot = f"{path}." if path else ""
        for name in row:
            if name not in (*names, *beside):
                self.wrong(f"{dot}{name}", _("There is no such field here."))
        for name in needed or names:
            if name not in row:
                self.wrong(f"{dot}{name}", _("This is missing."))
        return row

    def each(self, given: Any, path: str, read: Callable[..., Any], key: re.Pattern[str], longest: int) -> Content:
        """An object of named rows."""
        if not isinstance(given, dict):
            self.wrong(path, _("Give an object."))
            return {}
        if len(given) > MOST_ENTRIES:
            self.wrong(path, _("At most %(n)s.") % {"n": MOST_ENTRIES})
            return {}
        made = {}
        for name, row in given.items():
            if not isinstance(name, str) or len(name) > longest or not key.fullmatch(name):
                self.wrong(f"{path}.{name}", NAME % {"n": longest})
            else:
                made[name] = read(row, f"{path}.{name}", name)
        return made

    def entries(self, given: Any, path: str, key: str, read: Callable[..., Content]) -> list[Content]:
        """A list of rows, each with a key of its own; a path names the key, or the place where there is none."""
        if not isinstance(given, list) or len(given) > MOST_ENTRIES:
            self.wrong(path, _("Give a list of at most %(n)s entries.") % {"n": MOST_ENTRIES})
            return []
        made: dict[str, Content] = {}
        for place, row in enumerate(given):
            name = row.get(key) if isinstance(row, dict) else None
            if not isinstance(name, str) or len(name) > LONGEST_KEY or not SLUG.fullmatch(name):
                self.wrong(f"{path}[{place}].{key}", NAME % {"n": LONGEST_KEY})
            elif name in made:
                self.wrong(f"{path}[{place}].{key}", _("There are two of this name."))
            else:
                made[name] = read(row, f"{path}.{name}", name)
        return list(made.values())

    def line(self, row: Content, name: str, path: str, longest: int, *, blank: bool = False) -> str:
        return self._words(row, name, path, longest, one_line, blank=blank)

    def text(self, row: Content, name: str, path: str, *, blank: bool = True) -> str:
        return self._words(row, name, path, LONG, lines, blank=blank)

    def _words(
        self, row: Content, name: str, path: str, longest: int, tidy: Callable[[object], str], *, blank: bool
    ) -> str:
        value = row.get(name, "")
        if not isinstance(value, str):
            self.wrong(path, _("Give a text."))
            return ""
        value = tidy(value)
        if len(value) > longest:
            self.wrong(path, _("At most %(n)s characters.") % {"n": longest})
        if not blank and name in row and is_blank(value):
            self.wrong(path, _("Please fill this in."))
        return value

    def examples(self, given: Any, path: str) -> list[str]:
        if not isinstance(given, list) or len(given) > MOST_EXAMPLES:
            self.wrong(path, _("Give a list of at most %(n)s entries.") % {"n": MOST_EXAMPLES})
            return []
        named = {str(place): text for place, text in enumerate(given)}
        return [self._words(named, name, f"{path}[{name}]", 1000, lines, blank=False) for name in named]

    def target(self, row: Content, name: str, path: str, *, blank: bool) -> str:
        value = row.get(name, "")
        try:
            if not (blank and value == ""):
                validate_target(value)
        except ValidationError as error:
            if name in row:
                self.wrong(f"{path}.{name}", " ".join(error.messages))
            return ""
        return str(value)

    def whole(self, row: Content, name: str, path: str, least: int, most: int) -> int:
        value = row.get(name, least)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most or value % 1:
            words = _("Give a whole number from %(least)s to %(most)s.")
            self.wrong(f"{path}.{name}", words % {"least": least, "most": most})
            return least
        return int(value)

    def choice(self, row: Content, name: str, path: str, choices: Iterable[str]) -> str:
        value = row.get(name)
        if not isinstance(value, str) or value not in choices:
            if name in row:
                self.wrong(f"{path}.{name}", _("Give one of: %(choices)s.") % {"choices": ", ".join(choices)})
            return next(iter(choices))
        return value
