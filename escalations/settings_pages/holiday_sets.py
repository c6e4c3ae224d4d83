"""Public holidays by country and region, from the `holidays` package. They become dates of a calendar when somebody
takes them over: nothing is looked up while clocks count."""

from collections.abc import Mapping
from datetime import date

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language
from holidays import country_holidays
from holidays.registry import COUNTRIES

CODES = {names[1]: names[0] for names in COUNTRIES.values()}


def countries() -> list[tuple[str, str]]:
    """Codes with names in the reader's language, by name."""
    names = _territories()
    return sorted(((code, names.get(code, code)) for code in CODES), key=lambda each: each[1])


def regions(country: str) -> list[tuple[str, str]]:
    """Of one country, by name; where the package knows no name, by its code."""
    kind = type(country_holidays(country))
    names = {code: name for name, code in getattr(kind, "subdivisions_aliases", {}).items()}
    return sorted(((code, names.get(code, code)) for code in kind.subdivisions), key=lambda each: each[1])


def days(country: str, region: str, first: int, years: int) -> list[tuple[date, str]]:
    """In order, named in the reader's language where the package can, else in English, else in the country's own."""
    kind = type(country_holidays(country))
    spoken = kind.supported_languages
    wanted = (get_language() or "en")[:2]
    language = next((each for each in (*spoken,) if each[:2] == wanted), "en_US" if "en_US" in spoken else None)
    span = range(first, first + years)
    return sorted(country_holidays(country, subdiv=region or None, years=span, language=language).items())


def _territories() -> Mapping[str, str]:
    try:
        return Locale.parse((get_language() or "en").replace("-", "_")[:2]).territories
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en").territories
