"""What a cell of each column of a file of customers means."""

import re
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.templatetags.figures import dated, in_marks
from contacts import domains
from contacts.currencies import CURRENCIES
from contacts.customers import RESERVED
from contacts.models.customers import Health
from contacts.spreadsheets.cells import Reader, Wrong, email, shown, text

EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)
TEAM = "team"

AMOUNT = re.compile(r"(?P<whole>\d+(?:(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*)?)(?:[.,](?P<cents>\d{1,2}))?", re.ASCII)


def slug(cell: str) -> tuple[str, str]:
    if not re.fullmatch("[-a-zA-Z0-9_]{1,60}", cell):
        raise Wrong(_("“%(cell)s” is no short name: letters a to z, digits and hyphens, at most 60.") % shown(cell))
    if cell.lower() in RESERVED:
        raise Wrong(_("“%(cell)s” is the name of a page. Choose another short name.") % shown(cell))
    return cell.lower(), ""


def health(cell: str) -> tuple[str, str]:
    wanted = cell.lower()
    found = next((key for key, label in Health.choices if wanted in (key, str(label).lower())), None)
    if found is None:
        names = ", ".join(Health.values)
        raise Wrong(_("“%(cell)s” is no health. Write one of: %(names)s.") % {**shown(cell), "names": names})
    return found, ""


def currency(cell: str) -> tuple[str, str]:
    if cell.upper() not in CURRENCIES:
        raise Wrong(_("“%(cell)s” is no currency. Write the three letters of ISO 4217, such as EUR.") % shown(cell))
    return cell.upper(), ""


def day(cell: str) -> tuple[date, str]:
    """2026-12-31, or 31.12.2026. With slashes nobody can tell the day from the month."""
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", cell, re.ASCII):
        year, month, number = map(int, match.groups())
    elif match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", cell, re.ASCII):
        number, month, year = map(int, match.groups())
    else:
        raise Wrong(_("“%(cell)s” is no date that can be read for certain. Write it as 2026-12-31.") % shown(cell))
    try:
        found = date(year, month, number)
    except ValueError:
        raise Wrong(_("There is no such day as “%(cell)s”.") % shown(cell)) from None
    if not EARLIEST <= found <= LATEST:
        raise Wrong(_("“%(cell)s” lies outside the years 1970 to 2199.") % shown(cell))
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
            % shown(cell)
        )
    whole = re.sub(r"\D", "", match["whole"])
    if len(whole.lstrip("0")) > 12:
        raise Wrong(_("“%(cell)s” is more than there is room for.") % shown(cell))
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


def mail_domains(cell: str) -> tuple[list[str], str]:
    found = domains.tidied(cell)
    try:
        domains.check(found)
    except ValidationError as error:
        raise Wrong(" ".join(error.messages)) from None
    return found, ""


def language(cell: str) -> tuple[str, str]:
    wanted = cell.lower()
    found = next((code for code, name in settings.LANGUAGES if wanted in (code, str(name).lower())), None)
    if found is None:
        names = ", ".join(dict(settings.LANGUAGES))
        words = _("“%(cell)s” is no language that we write in. Write one of: %(names)s.")
        raise Wrong(words % {**shown(cell), "names": names})
    return found, ""


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
    "domains": mail_domains,
    "language": language,
}
MAY_BE_CLEARED = ("tier", "annual_value", "renewal_on", TEAM, "domains", "language", "churned_on")
