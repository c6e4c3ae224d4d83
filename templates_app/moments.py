"""Times and spans in words, in the zone of the person who reads them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from config.templatetags.figures import dated, priced


@dataclass(frozen=True)
class Reader:
    """Somebody in `zone` who reads at `at`: times of that day go without a date."""

    zone: ZoneInfo
    at: datetime

    @classmethod
    def of(cls, zone: str, at: datetime) -> "Reader":
        """An unknown zone must not hold up a message: it reads in the site's zone, and the mail names it."""
        for name in (zone, settings.TIME_ZONE):
            try:
                return cls(ZoneInfo(name), at)
            except (KeyError, ValueError, OSError):
                continue
        return cls(ZoneInfo("UTC"), at)

    def time(self, moment: datetime) -> str:
        """As "08:54 CET", on another day "Tue 3 Nov, 08:54 CET"."""
        local = moment.astimezone(self.zone)
        today = self.at.astimezone(self.zone).date()
        if local.date() == today:
            return f"{local:%H:%M} {abbreviation(local)}"
        shape = "D j M, H:i" if local.year == today.year else "D j M Y, H:i"
        return f"{dated(local, shape)} {abbreviation(local)}"

    def day(self, text: str) -> str:
        """As "31 Jan", with the year where it is more than eleven months away or over."""
        then = date.fromisoformat(text)
        away = (then - self.at.astimezone(self.zone).date()).days
        return dated(then, "j M" if 0 <= away < 335 else "j M Y")

    def zone_sentence(self) -> str:
        local = self.at.astimezone(self.zone)
        names = {"zone": self.zone.key.replace("_", " "), "short": abbreviation(local)}
        if names["zone"] == names["short"]:
            return _("Times are in %(zone)s.") % names
        return _("Times are in %(zone)s (%(short)s).") % names


def abbreviation(local: datetime) -> str:
    """Zones without letters of their own call themselves "-03"; that becomes "UTC-3"."""
    name = local.tzname() or "UTC"
    if name[0] not in "+-":
        return name
    hours, minutes = name[1:3].lstrip("0") or "0", name[3:]
    return f"UTC{'−' if name[0] == '-' else '+'}{hours}{':' + minutes if minutes else ''}"


def moment(text: str) -> datetime:
    """ISO 8601 with a zone, as snapshots carry it; naive ones are refused."""
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"no time zone: {text}")
    return parsed.astimezone(UTC)


def span(length: timedelta) -> str:
    """As "15 min", "2 h 18 min", "3 d 4 h"; rounded down."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours} if hours else _("%d d") % days
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest} if rest else _("%d h") % hours
    return _("%d min") % minutes if minutes else _("less than a minute")


def money(value: str, currency: str) -> str:
    """As "€1.84 m", "€240 k", "CHF 950": what fits a phone."""
    amount = Decimal(value)
    if amount >= 1_000_000:
        return priced(_short(amount / 1_000_000), "m", currency)
    if amount >= 10_000:
        return priced(_short(amount / 1_000, places=0), "k", currency)
    return priced(f"{amount:,.0f}", "", currency)


def _short(amount: Decimal, places: int = 2) -> str:
    text = f"{amount:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
