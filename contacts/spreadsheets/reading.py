"""From bytes to rows of text, whatever program wrote them."""

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 10_000
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "cp1252": "Windows-1252"}


class Unreadable(Exception):
    """The file as a whole cannot be used; the text says why, and the way out."""


@dataclass(frozen=True)
class Sheet:
    """`header` holds the columns' names in small letters; a row's number is the one a spreadsheet shows."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str
    separator: str
    twice: list[str] = field(default_factory=list)


def read(data: bytes, columns: Collection[str], needed: Collection[str]) -> Sheet:
    """A table with some of `columns`, at least one of the `needed` among them, if any are. Raises Unreadable.

    Rows without any text are left out, but counted.
    """
    text, encoding = _decoded(data)
    if text[:4].lower() == "sep=":  # a line for spreadsheets, no row
        text = text.partition("\n")[2]
    separator = _separator(text, columns)
    records = _records(text, separator)
    _number, first = next(records, (1, []))
    header = [column_name(cell) for cell in first]
    if needed and not set(header) & set(needed):
        names = _(" or ").join(f"“{name}”" for name in needed)
        raise Unreadable(
            _("The first row must name the columns, and one of them must be %(names)s.") % {"names": names}
        )
    rows: list[tuple[int, list[str]]] = []
    for number, record in records:
        if any(cell.strip() for cell in record):
            rows.append((number, record))
        if len(rows) > MOST_ROWS:
            raise Unreadable(_("More than %(n)s rows. Split the file, and import one part after the other.") % _most())
    if not rows:
        raise Unreadable(_("There is no row below the names of the columns."))
    twice = sorted({name for name in header if name and header.count(name) > 1})
    return Sheet(header, rows, encoding, SEPARATORS[separator], twice)


def _most() -> dict[str, str]:
    return {"n": f"{MOST_ROWS:,}"}


def _decoded(data: bytes) -> tuple[str, str]:
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 5 MB. Split it, and import one part after the other."))
    if data[:4] == b"PK\x03\x04" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise Unreadable(_("This is a workbook. Save it as CSV in your spreadsheet, and choose that file."))
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, ENCODINGS.get(encoding, "UTF-16")
    raise Unreadable(_("This is no text. Save it as CSV (UTF-8) in your spreadsheet, and choose that file."))


def _candidates(data: bytes) -> list[str]:
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return [encoding]
    if b"\0" in data[:200]:  # Latin letters in UTF-16 without a mark
        return ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    return ["utf-8", "cp1252"]


def _separator(text: str, columns: Collection[str]) -> str:
    """The one that makes the most known columns of the first row; where none are known, the most columns."""
    first = next(iter(text.lstrip("\r\n").splitlines()), "")

    def known(separator: str) -> tuple[int, int]:
        cells = [column_name(cell) for cell in first.replace('"', "").split(separator)]
        return len(set(cells) & set(columns)), len(cells)

    return max(SEPARATORS, key=known)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Numbered from 1."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, 1):
            yield number, record
    except csv.Error:
        words = _("Row %(row)s cannot be read: a quotation mark is not closed, or not doubled inside a cell.")
        raise Unreadable(words % {"row": number + 1}) from None


def column_name(cell: str) -> str:
    """As it is compared: small letters, words parted by "_"."""
    return "_".join(cell.strip().strip("\ufeff").lower().replace("-", " ").replace("_", " ").split())
