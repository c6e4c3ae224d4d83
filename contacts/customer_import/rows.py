"""One row of a file of customers."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts.customer_import.cells import MAY_BE_CLEARED
from contacts.customers import LONGEST_SLUG
from contacts.spreadsheets import rows
from contacts.spreadsheets.cells import Reader
from contacts.spreadsheets.reading import Sheet


@dataclass
class Row(rows.Row):
    slug: str = ""

    may_be_cleared = MAY_BE_CLEARED

    @property
    def detail(self) -> str:
        return self.slug

    @property
    def has_contact(self) -> bool:
        return any(name.startswith("contact_") for name in self.said)


def rows_of(sheet: Sheet, readers: Mapping[str, Reader]) -> list[Row]:
    return [_row(number, cells, sheet.header, readers) for number, cells in sheet.rows]


def _row(number: int, cells: list[str], header: list[str], readers: Mapping[str, Reader]) -> Row:
    row = Row.read(number, cells, header, readers)
    row.name = row.said.get("name", "")
    row.slug = row.values.get("slug") or _made_slug(row)
    return row


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
