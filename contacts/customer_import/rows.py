"""One row of the file: what its cells say, what is wrong with them, what it would do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts.customer_import.cells import CLEAR, COLUMNS, MAY_BE_CLEARED, Reader, Wrong, has_control, tidy
from contacts.customer_import.reading import Sheet
from contacts.customers import LONGEST_SLUG, Difference

NEW, CHANGED, SAME, PROBLEM = "new", "changed", "same", "problem"


@dataclass
class Row:
    """`values` are the cells as read, None for one that takes away what is there; `said` the same as text."""

    number: int
    slug: str = ""
    name: str = ""
    what: str = SAME
    values: dict[str, Any] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    changes: list[Difference] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def wrong(self, column: str, text: str) -> None:
        self.problems.append((column, text))

    @property
    def has_contact(self) -> bool:
        return any(name.startswith("contact_") for name in self.said)


def rows_of(sheet: Sheet, readers: Mapping[str, Reader]) -> list[Row]:
    return [_row(number, cells, sheet.header, readers) for number, cells in sheet.rows]


def wrong_columns(sheet: Sheet) -> list[tuple[str, str]]:
    """Problems of the first row."""
    known = ", ".join(COLUMNS)
    unknown = [name for name in dict.fromkeys(sheet.header) if name and name not in COLUMNS]
    problems = [
        (name[:60], _("There is no such column. The columns are: %(known)s.") % {"known": known}) for name in unknown
    ]
    return problems + [(name[:60], _("This column stands there twice.")) for name in sheet.twice]


def _row(number: int, cells: list[str], header: list[str], readers: Mapping[str, Reader]) -> Row:
    row = Row(number)
    for name, cell in zip(header, cells, strict=False):
        if name in readers:
            _read(row, name, tidy(cell), readers[name])
    if any(cell.strip() for cell in cells[len(header) :]):
        row.wrong("", _("This row has more cells than there are columns. Is a text with a separator not quoted?"))
    row.name = row.said.get("name", "")
    row.slug = row.values.get("slug") or _made_slug(row)
    return row


def _read(row: Row, name: str, cell: str, reader: Reader) -> None:
    if not cell:
        return
    row.said[name] = cell
    if has_control(cell):
        row.wrong(name, _("There are characters in it that cannot be seen. Type it anew."))
    elif cell == CLEAR and name in MAY_BE_CLEARED:
        row.values[name] = None
    elif cell == CLEAR:
        row.wrong(name, _("A hyphen alone takes away what is there, and this cannot be taken away."))
    else:
        try:
            row.values[name], remark = reader(cell)
        except Wrong as wrong:
            row.wrong(name, str(wrong))
        else:
            if remark:
                row.remarks.append((name, remark))


def _made_slug(row: Row) -> str:
    """From the name, if the file gives none."""
    if "slug" in row.said:
        return ""  # there is one, and it is wrong
    if not row.name:
        row.wrong("name", _("Missing. Give the name, or the short name of a customer that is known."))
        return ""
    slug = slugify(row.name)[:LONGEST_SLUG].strip("-_")
    if not slug:
        row.wrong("slug", _("Missing, and none can be made from the name: give letters a to z, digits, hyphens."))
    return slug
