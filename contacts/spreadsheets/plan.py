"""What an import would do: every row, and every problem named by row and column."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from contacts.spreadsheets.reading import Sheet
from contacts.spreadsheets.rows import CHANGED, NEW, PROBLEM, REMOVED, SAME, Row


class Moved(Exception):
    """The file has problems, or what it is about has changed since the dry run; `plan` is what would happen now."""

    def __init__(self, plan: "Plan") -> None:
        super().__init__("the dry run is out of date")
        self.plan = plan


@dataclass
class Plan:
    """`heading` are the problems of the first row: (column, text)."""

    sheet: Sheet
    rows: Sequence[Row]
    heading: list[tuple[str, str]]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, same, take somebody away, or have a problem."""
        return {NEW: 0, CHANGED: 0, SAME: 0, PROBLEM: 0} | Counter(row.what for row in self.rows)

    @property
    def problems(self) -> list[tuple[int, str, str]]:
        """(row, column, what is wrong), in the order of the file."""
        return [(1, *each) for each in self.heading] + [
            (row.number, *each) for row in self.rows for each in row.problems
        ]

    @property
    def is_sound(self) -> bool:
        return not self.heading and not self.counts[PROBLEM]

    @property
    def changes_something(self) -> bool:
        return any(self.counts.get(what) for what in (NEW, CHANGED, REMOVED))

    @cached_property
    def digest(self) -> str:
        """The same as long as the same would happen."""
        seen = [(row.number, row.name, row.detail, row.what, row.changes, row.problems) for row in self.rows]
        return hashlib.sha256(repr((self.heading, seen)).encode()).hexdigest()[:32]

    def only(self, what: str) -> Sequence[Row]:
        return [row for row in self.rows if row.what == what] if what else self.rows
