"""The horizon: a time axis, one dot for each ticket whose clock runs out soon. The template draws the axis."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from config.templatetags.ui import clock_time, unlocalized

BEHIND, AHEAD = timedelta(hours=1), timedelta(hours=8)
UPPER, LOWER = 12, 30  # the two rows of names
LABEL_WIDTH = 6.2  # of one letter at 11.5 px, near enough to keep names apart
HOUR_FROM_NOW = 40  # px from the middle of "Now" to that of the first hour
STACK, APART = (0, -9, 9), 11  # px: dots that are nearer to each other stand above and below the line


@dataclass(frozen=True)
class Point:
    number: str
    subject: str
    customer: str
    severity: str
    due: datetime


@dataclass(frozen=True)
class Dot:
    point: Point
    x: float
    state: str
    radius: float
    lift: int = 0  # px below (or above) the line of the dots
    label: str = ""
    label_x: float = 0
    label_y: int = 0


@dataclass(frozen=True)
class Horizon:
    width: int
    now_x: float
    ticks: list[tuple[float, str]]
    dots: list[Dot]
    at: datetime

    def drawn(self, y: int) -> SafeString:
        """The dots at this height. Not by a template: twice fifty of them took a tenth of the page's time."""
        return format_html_join("", "{}", ((_drawn(dot, y, self.at),) for dot in self.dots))

    @property
    def high(self) -> SafeString:
        return self.drawn(51)

    @property
    def low(self) -> SafeString:
        return self.drawn(32)


def horizon(points: Iterable[Point], at: datetime, *, width: int, labelled: bool, every_hours: int) -> Horizon:
    """`points` by due time. What is overdue by more than an hour stands at the left edge."""

    def x_of(moment: datetime) -> float:
        share = (moment - (at - BEHIND)) / (BEHIND + AHEAD)
        return round(min(max(share * width, 10), width - 6), 1)

    dots = list(
        _stacked(
            Dot(point, x_of(point.due), _state(point.due, at), 8 if point.severity == "P1" else 6)
            for point in points
            if point.due < at + AHEAD
        )
    )
    return Horizon(
        width=width,
        now_x=x_of(at),
        ticks=[
            (x_of(hour), date_format(hour, "H:i"))
            for hour in _hours(at, every_hours)
            if x_of(at) + HOUR_FROM_NOW <= x_of(hour) < width - 20
        ],
        dots=list(_with_names(dots, width, x_of(at))) if labelled else dots,
        at=at,
    )


def _state(due: datetime, at: datetime) -> str:
    return "late" if due <= at else "risk" if due < at + timedelta(hours=1) else "ok"


def _hours(at: datetime, every: int) -> Iterator[datetime]:
    hour = timezone.localtime(at).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while hour < at + AHEAD:
        if hour.hour % every == 0:
            yield hour
        hour += timedelta(hours=1)


def _stacked(dots: Iterable[Dot]) -> Iterator[Dot]:
    """Dots that would hide each other share the height between them."""
    last = dict.fromkeys(STACK, float("-inf"))
    for dot in dots:
        free = (lift for lift, x in last.items() if dot.x - x >= APART)
        lift = next(free, min(last, key=lambda lift: last[lift]))
        last[lift] = dot.x
        yield replace(dot, lift=lift)


def _with_names(dots: list[Dot], width: int, now_x: float) -> Iterator[Dot]:
    """Give each dot, the most urgent first, the customer's name where it fits: in the lower row, else in the upper,
    above the dot or to one side of its stem; else not at all. Nothing runs through a name."""
    taken: dict[int, list[tuple[float, float]]] = {LOWER: [(now_x, now_x)], UPPER: []}
    for dot in dots:
        name = dot.point.customer.split()[0][:14]
        half = len(name) * LABEL_WIDTH / 2 + 4
        place = next(_places(dot.x, half, width, taken), None)
        if place is None:
            yield dot
            continue
        centre, y = place
        taken[y].append((centre - half, centre + half))
        if y == UPPER:
            taken[LOWER].append((dot.x, dot.x))  # its stem
        yield replace(dot, label=name, label_x=round(centre, 1), label_y=y)


def _places(
    x: float, half: float, width: int, taken: dict[int, list[tuple[float, float]]]
) -> Iterator[tuple[float, int]]:
    """Where a name of twice `half` can stand: its middle, and its row."""
    for y in (LOWER, UPPER):
        if y == UPPER and any(left < x < right for left, right in taken[LOWER]):
            return  # its stem would cross a name
        for centre in (x, x + half + 1, x - half - 1):
            start, end = centre - half, centre + half
            if start >= 0 and end <= width and all(right <= start or end <= left for left, right in taken[y]):
                yield centre, y


def _drawn(dot: Dot, y: int, at: datetime) -> SafeString:
    point, x, y = dot.point, unlocalized(dot.x), y + dot.lift
    return format_html(
        '<a href="/tickets/{}/" tabindex="-1">{}<circle class="hz-dot {}" cx="{}" cy="{}" r="{}">'
        "<title>{} {}, {}, {}</title></circle></a>",
        point.number, _name(dot, x, y) if dot.label else "", dot.state, x, y, unlocalized(dot.radius),
        point.number, point.subject, point.customer, clock_time(point.due, at),
    )  # fmt: skip


def _name(dot: Dot, x: str, y: int) -> SafeString:
    return format_html(
        '<line class="hz-stem" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
        '<text class="hz-name" x="{3}" y="{4}" text-anchor="middle">{5}</text>',
        x, dot.label_y + 5, y, unlocalized(dot.label_x), dot.label_y, dot.label,
    )  # fmt: skip
