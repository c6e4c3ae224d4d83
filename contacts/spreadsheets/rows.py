"""One row of a file: what its cells say, what is wrong with them, what it would do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _

from contacts.spreadsheets.cells import CLEAR, Reader, Wrong, has_control, tidy
from contacts.spreadsheets.reading import Sheet

NEW, CHANGED, SAME, REMOVED, PROBLEM = "new", "changed", "same", "removed", "problem"

Difference = dict[str, str]  # {"what", "from", "to"}


@dataclass
class Row:
    """`values` are the cells as read, None for one that takes away what is there; `said` the same as text.

    `name` and `detail` say whom the row is about; number 0 is a row that the file does not have.
    """

    number: int
    name: str = ""
    what: str = SAME
    values: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    changes: list[Difference] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    may_be_cleared: ClassVar[Collection[str]] = ()

    @property
    def detail(self) -> str:
        return ""

    def wrong(self, column: str, text: str) -> None:
        self.problems.append((column, text))

    @classmethod
    def read(cls, number: int, cells: list[str], header: list[str], readers: Mapping[str, Reader]) -> Self:
        row = cls(number)
        for name, cell in zip(header, cells, strict=False):
            if name in readers:
                row._read(name, tidy(cell), readers[name])
        if any(cell.strip() for cell in cells[len(header) :]):
            row.wrong("", _("This row has more cells than there are columns. Is a text with a separator not quoted?"))
        return row

    def _read(self, name: str, cell: str, reader: Reader) -> None:
        if not cell:
            return
        self.said[name] = cell
        if has_control(cell):
            self.wrong(name, _("There are characters in it that cannot be seen. Type it anew."))
        elif cell == CLEAR and name in self.may_be_cleared:
            self.values[name] = None
        elif cell == CLEAR:
            self.wrong(name, _("A hyphen alone takes away what is there, and this cannot be taken away."))
        else:
            try:
                self.values[name], remark = reader(cell)
            except Wrong as wrong:
                self.wrong(name, str(wrong))
            else:
                if remark:
                    self.remarks.append((name, remark))


def wrong_columns(sheet: Sheet, columns: Collection[str]) -> list[tuple[str, str]]:
    """Problems of the first row."""
    known = ", ".join(columns)
    unknown = [name for name in dict.fromkeys(sheet.header) if name and name not in columns]
    problems = [
        (name[:60], _("There is no such column. The columns are: %(known)s.") % {"known": known}) for name in unknown
    ]
    return problems + [(name[:60], _("This column stands there twice.")) for name in sheet.twice]
