"""A customer's health over time as a drawing. Pure: records in, coordinates out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from config.templatetags.figures import dated
from contacts.models import HealthRecord
from contacts.models.customers import Health

WIDTH, LEFT, RIGHT = 280.0, 46.0, 272.0
HEIGHTS = {Health.GREEN: 14.0, Health.YELLOW: 38.0, Health.RED: 62.0}
SHORTEST = timedelta(days=30)  # a single day is no trend


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    health: str
    title: str


@dataclass(frozen=True)
class Trend:
    """`path` is a line in steps, up to now. `levels` are (y, word); `first` is the day at the left."""

    dots: list[Dot]
    path: str
    levels: list[tuple[float, str]]
    first: datetime
    label: str


def trend_of(records: Sequence[HealthRecord], at: datetime) -> Trend | None:
    """`records` in any order; None without one."""
    known = sorted((record for record in records if record.at <= at), key=lambda record: (record.at, record.pk or 0))
    if not known:
        return None
    first = min(known[0].at, at - SHORTEST)
    dots = [_dot(record, first, at) for record in known]
    return Trend(dots, _path(dots), [(HEIGHTS[h], str(h.label)) for h in Health], first, _label(known))


def _dot(record: HealthRecord, first: datetime, at: datetime) -> Dot:
    x = LEFT + (RIGHT - LEFT) * ((record.at - first) / (at - first))
    title = f"{dated(localtime(record.at))}: {record.get_health_display()}"
    return Dot(round(x, 1), HEIGHTS[Health(record.health)], record.health, title)


def _path(dots: Sequence[Dot]) -> str:
    """Health stays what it is until somebody sees it otherwise."""
    steps = "".join(f"H{dot.x:g}V{dot.y:g}" for dot in dots[1:])
    return f"M{dots[0].x:g} {dots[0].y:g}{steps}H{RIGHT:g}"


def _label(known: Sequence[HealthRecord]) -> str:
    was, now = known[0], known[-1]
    return _("Health: %(was)s on %(day)s, %(now)s now") % {
        "was": was.get_health_display(),
        "day": dated(localtime(was.at)),
        "now": now.get_health_display(),
    }
