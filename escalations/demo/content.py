"""Reads what was written for the demo. The texts are in the TOML files beside this one."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Story:
    """One issue. With a `script` it is open now; without, its steps are drawn from the seed and it is over.

    `updates` are pairs: what was done, what comes next. `raised` is the severity it was logged at, and why it rose.
    `slow` misses the response target, `late` the resolution target. `mail`: a mail opened it, and nobody has triaged
    it yet. `replies` are mails from the customer.
    """

    severity: str
    customer: str
    subject: str
    description: str
    tags: tuple[str, ...] = ()
    owner: str = ""
    script: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    updates: tuple[tuple[str, str], ...] = ()
    replies: tuple[str, ...] = ()
    mail: bool = False
    wait: str = ""
    escalate: str = ""
    raised: tuple[str, ...] = ()
    slow: bool = False
    late: bool = False
    reopen: str = ""
    root_cause: str = ""
    solution: str = ""
    prevention: str = ""

    @classmethod
    def read(cls, row: dict[str, Any]) -> Self:
        return cls(**{name: _folded(value) for name, value in row.items()})

    @property
    def first_severity(self) -> str:
        return self.raised[0] if self.raised else self.severity


def open_stories() -> list[Story]:
    return [Story.read(row) for row in read("stories/open.toml")["story"]]


def past_stories() -> list[Story]:
    return [Story.read(row) for row in read("stories/past.toml")["story"]]


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _folded(value: Any) -> Any:
    """Lists become tuples; the lines of a text become one."""
    if isinstance(value, list):
        return tuple(_folded(each) for each in value)
    return " ".join(value.split()) if isinstance(value, str) else value
