"""What a cell of each column means. A reader takes the text and returns the value and how it was read, if that is not
plain; it raises Wrong with what is wrong and the way out."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from config.templatetags.figures import dated, in_marks
from contacts.currencies import CURRENCIES
from contacts.customers import RESERVED
from contacts.models.customers import Health

CLEAR = "-"  # a cell that takes away what is there; an empty one leaves it
EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)
TEAM = "team"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

AMOUNT = re.compile(r"(?P<whole>\d+(?:(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*)?)(?:[.,](?P<cents>\d{1,2}))?", re.ASCII)

Reader = Callable[[str], tuple[Any, str]]


class Wrong(Exception):
    """The text says what is wrong with the cell."""


def text(longest: int) -> Reader:
    def read(cell: str) -> tuple[str, str]:
        if len(cell) > longest:
            raise Wrong(_("%(n)s characters; there is room for %(longest)s.") % {"n": len(cell), "longest": longest})
        return cell, ""

    return read


def slug(cell: str) -> tuple[str, str]:
    if not re.fullmatch("[-a-zA-Z0-9_]{1,60}", cell):
        raise Wrong(_("“%(cell)s” is no short name: letters a to z, digits and hyphens, at most 60.") % _shown(cell))
    if cell.lower() in RESERVED:
        raise Wrong(_("“%(cell)s” is the name of a page. Choose another short name.") % _shown(cell))
    return cell.lower(), ""


def email(cell: str) -> tuple[str, str]:
    try:
        validate_email(cell)
    except ValidationError:
        raise Wrong(_("“%(cell)s” is no e-mail address.") % _shown(cell)) from None
    return text(254)(cell)


def health(cell: str) -> tuple[str, str]:
    wanted = cell.lower()
    found = next((key for key, label in Health.choices if wanted in (key, str(label).lower())), None)
    if found is None:
        names = ", ".join(Health.values)
        raise Wrong(_("“%(cell)s” is no health. Write one of: %(names)s.") % {**_shown(cell), "names": names})
    return found, ""


def currency(cell: str) -> tuple[str, str]:
    if cell.upper() not in CURRENCIES:
        raise Wrong(_("“%(cell)s” is no currency. Write the three letters of ISO 4217, such as EUR.") % _shown(cell))
    return cell.upper(), ""


def day(cell: str) -> tuple[date, str]:
    """2026-12-31, or 31.12.2026. With slashes nobody can tell the day from the month."""
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", cell, re.ASCII):
        year, month, number = map(int, match.groups())
    elif match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", cell, re.ASCII):
        number, month, year = map(int, match.groups())
    else:
        raise Wrong(_("“%(cell)s” is no date that can be read for certain. Write it as 2026-12-31.") % _shown(cell))
    try:
        found = date(year, month, number)
    except ValueError:
        raise Wrong(_("There is no such day as “%(cell)s”.") % _shown(cell)) from None
    if not EARLIEST <= found <= LATEST:
        raise Wrong(_("“%(cell)s” lies outside the years 1970 to 2199.") % _shown(cell))
    return found, _("read as %(date)s") % {"date": dated(found)} if "." in cell else ""


def money(cell: str) -> tuple[Decimal, str]:
    """1200.50, 1,200.50, 1.200,50, 1 200,50 or 1'200.50; three digits behind a single mark are thousands."""
    bare = re.sub(r"(?<=\d)[\s'’\u00a0\u202f](?=\d{3})", "", cell)
    match = re.fullmatch(
        r"(?P<whole>\d+(?:(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*)?)(?:[.,](?P<cents>\d{1,2}))?", bare, re.ASCII
    )
    if not match or not _grouped(match, bare):
        raise Wrong(
            _("“%(cell)s” is no amount. Write the number alone, such as 1200.50; the currency has its own column.")
            % _shown(cell)
        )
    whole = re.sub(r"\D", "", match["whole"])
    if len(whole.lstrip("0")) > 12:
        raise Wrong(_("“%(cell)s” is more than there is room for.") % _shown(cell))
    value = Decimal(f"{whole}.{(match['cents'] or '0').ljust(2, '0')}")
    is_plain = re.fullmatch(r"\d+(\.\d{1,2})?", cell)
    return value, "" if is_plain else _("read as %(value)s") % {"value": in_marks(f"{value:,.2f}")}


def _grouped(match: re.Match[str], bare: str) -> bool:
    """1,200,5 and 1.2000 are nothing; the mark before the cents is another one than that of the thousands."""
    mark = match["mark"]
    if mark is None:
        return True
    groups = match["whole"].split(mark)
    if not 1 <= len(groups[0]) <= 3 or groups[0].startswith("0"):
        return False
    return match["cents"] is None or bare[match.end("whole")] != mark


def team_of(teams: Mapping[str, Any]) -> Reader:
    """`teams` by short name and by name, in small letters."""

    def read(cell: str) -> tuple[Any, str]:
        if found := teams.get(cell.lower()):
            return found, ""
        names = ", ".join(sorted({team.slug for team in teams.values()})[:8]) or _("none")
        raise Wrong(_("There is no team “%(cell)s”. There are: %(names)s.") % {**_shown(cell), "names": names})

    return read


COLUMNS: dict[str, Reader] = {
    "slug": slug,
    "name": text(120),
    "tier": text(40),
    "annual_value": money,
    "currency": currency,
    "renewal_on": day,
    "health": health,
    TEAM: text(80),  # until the teams are known
    "churned_on": day,
    "churn_reason": text(300),
    "contact_name": text(120),
    "contact_title": text(120),
    "contact_email": email,
    "contact_phone": text(40),
}
MAY_BE_CLEARED = ("tier", "annual_value", "renewal_on", TEAM, "churned_on")


def tidy(cell: str) -> str:
    """One line without what cannot be seen; an apostrophe that only keeps a spreadsheet from calculating goes."""
    line = " ".join(cell.split()).strip("\ufeff")
    return line[1:] if line[:1] == "'" and line[1:2] in ("=", "+", "-", "@") else line


def has_control(cell: str) -> bool:
    return CONTROL.search(cell) is not None


def _shown(cell: str) -> dict[str, str]:
    return {"cell": cell if len(cell) <= 60 else f"{cell[:60]}…"}
