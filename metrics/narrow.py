"""A part of a figure: what a single cell or bar of the dashboard stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.enums import RootCause

UNNAMED = "none"  # ?cause=none: issues of which nobody has said what was at the bottom

# key: (words, the least and the most local days ago). The first day is today's.
AGES = {
    "0": (gettext_lazy("today"), 0, 0),
    "1": (gettext_lazy("1 to 2 days"), 1, 2),
    "3": (gettext_lazy("3 to 6 days"), 3, 6),
    "7": (gettext_lazy("7 to 13 days"), 7, 13),
    "14": (gettext_lazy("14 to 29 days"), 14, 29),
    "30": (gettext_lazy("30 days and more"), 30, None),
}


@dataclass(frozen=True)
class Narrow:
    """`weekday` (0 is Monday) and `hour` are those on the wall when it happened; `level` was reached; `age` is a key of
    AGES; `cause` a kind of cause. Empty or None: all."""

    weekday: int | None = None
    hour: int | None = None
    level: int | None = None
    age: str = ""
    cause: str = ""

    NAMES: ClassVar[tuple[str, ...]] = ("weekday", "hour", "level", "age", "cause")
    RANGES: ClassVar[dict[str, range]] = {"weekday": range(7), "hour": range(24), "level": range(2, 6)}
    CHOICES: ClassVar[dict[str, tuple[str, ...]]] = {"age": tuple(AGES), "cause": (*RootCause.values, UNNAMED)}

    @classmethod
    def read(cls, query: Mapping[str, str], notes: list[str]) -> "Narrow":
        parts: dict[str, int | str] = {}
        for name in cls.NAMES:
            given = query.get(name, "").strip()[:40]
            if name in cls.RANGES and given.isascii() and given.isdigit() and int(given) in cls.RANGES[name]:
                parts[name] = int(given)
            elif name in cls.CHOICES and given in cls.CHOICES[name]:
                parts[name] = given
            elif given:
                notes.append(left_out(name, given))
        return cls(**parts)  # type: ignore[arg-type]

    def params(self) -> list[tuple[str, str]]:
        given = [(name, getattr(self, name)) for name in self.NAMES]
        return [(name, str(value)) for name, value in given if value is not None and value != ""]


def left_out(name: str, value: str) -> str:
    return _("“%(name)s=%(value)s” was not understood and is left out.") % {"name": name, "value": value}
