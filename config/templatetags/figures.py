"""Days, times, shares and amounts as the reader's language writes them. `config.templatetags.ui` offers most of them to
templates."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

register = template.Library()

# Left: how English writes it, and what templates ask for.
SHAPES = {
    "j M": pgettext_lazy("shape of a date", "j M"),
    "j M Y": pgettext_lazy("shape of a date", "j M Y"),
    "j M Y H:i": pgettext_lazy("shape of a date", "j M Y H:i"),
    "j M Y H:i:s": pgettext_lazy("shape of a date", "j M Y H:i:s"),
    "j F Y": pgettext_lazy("shape of a date", "j F Y"),
    "j F Y, H:i": pgettext_lazy("shape of a date", "j F Y, H:i"),
    "j M H:i:s": pgettext_lazy("shape of a date", "j M H:i:s"),
    "D j M, H:i": pgettext_lazy("shape of a date", "D j M, H:i"),
    "D j M Y, H:i": pgettext_lazy("shape of a date", "D j M Y, H:i"),
}
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}


@register.filter(expects_localtime=True)
def dated(when: date | None, shape: str = "j M Y") -> str:
    """`1 Oct 2026`, in German `1. Okt. 2026`. A moment is read in the zone that it has, in templates the reader's."""
    return date_format(when, str(SHAPES[shape])) if when else ""


def short_day(when: date, *, with_year: bool) -> str:
    """As `dated`, for lists that show hundreds: taking a shape apart letter by letter is slow."""
    return _short_day(date(when.year, when.month, when.day), "j M Y" if with_year else "j M", get_language())


@lru_cache(maxsize=2048)
def _short_day(when: date, shape: str, language: str | None) -> str:
    return dated(when, shape)


@register.filter
def day(when: date | None, at: datetime | None = None) -> str:
    """A date to come or past: the year only where it is not plain."""
    if when is None:
        return ""
    return short_day(when, with_year=abs((when - timezone.localdate(at)).days) > 300)


def in_marks(number: str) -> str:
    """`1,234.5` with the reader's marks: `1.234,5`."""
    return number.translate(
        str.maketrans({",": get_format("THOUSAND_SEPARATOR"), ".": get_format("DECIMAL_SEPARATOR")})
    )


@register.filter
def percent(share: float) -> str:
    """A share from 0 to 1, to a tenth: `94.2%`, in German `94,2 %`. 99.96 % is not yet 100 %, a little not 0 %."""
    tenths = round(share * 1000)
    tenths = 999 if tenths == 1000 and share < 1 else 1 if tenths == 0 and share > 0 else tenths
    return _("%(n)s%%") % {"n": in_marks(f"{tenths / 10:.1f}".removesuffix(".0"))}


def priced(number: str, unit: str, currency: str) -> str:
    """`number` as English writes it, of `unit` (bn, m, k or nothing): `€1.84 m`, in German `1,84 Mio. €`."""
    shape = {
        "bn": pgettext("amount of money", "%(sign)s%(number)s bn"),
        "m": pgettext("amount of money", "%(sign)s%(number)s m"),
        "k": pgettext("amount of money", "%(sign)s%(number)s k"),
        "": pgettext("amount of money", "%(sign)s%(number)s"),
    }[unit]
    return (shape % {"sign": SIGNS.get(currency, f"{currency} "), "number": in_marks(number)}).strip()


@register.filter
def money(amount: Decimal | float | None, currency: str = "EUR") -> str:
    """`€1.84 m`, `€240 k`: a size to weigh, not a figure to book.

    Millions have three digits, `€6.00 m`, so that amounts side by side are read alike.
    """
    if amount is None:
        return ""
    number = float(amount)
    if abs(number) < 1e3:
        return priced(f"{number:.0f}", "", currency)
    number = float(f"{number:.3g}")  # before its unit is chosen: 999,600 is a million
    for size, unit in ((1e9, "bn"), (1e6, "m")):
        if abs(number) >= size:
            return priced(_three_digits(number / size), unit, currency)
    return priced(f"{number / 1e3:g}", "k", currency)


def _three_digits(number: float) -> str:
    decimals = 2 if abs(number) < 10 else 1 if abs(number) < 100 else 0
    return f"{number:.{decimals}f}"
