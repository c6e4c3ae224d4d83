"""A week by hours: when something happens most."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil

from django.utils.safestring import SafeString

from metrics.charts.svg import TOP, drawing, linked, number, percent, tag, words

HOURS, ROW, GAP, SHADES = 24, 27, 3, 5


def heat(
    cells: Mapping[tuple[int, int], int],
    weekdays: Sequence[str],
    say: Callable[[int, int, int], tuple[str, str]],
) -> SafeString:
    """`cells` by (weekday from 0, hour); `say` gives (url, title) for weekday, hour and count."""
    most = max(cells.values(), default=0)
    parts = []
    for day, name in enumerate(weekdays):
        y = TOP + day * ROW
        parts.append(words(name, class_="tick", x="-8", y=y + ROW / 2, dy="4", text_anchor="end"))
        parts += (_cell(day, hour, cells.get((day, hour), 0), most, say) for hour in range(HOURS))
    foot = TOP + len(weekdays) * ROW + 16
    for hour in range(0, HOURS, 2):
        spare = "tick roomy" if hour % 6 else "tick"
        parts.append(words(f"{hour:02d}", class_=spare, x=percent(hour + 0.5, HOURS), y=foot))
    return drawing(foot + 6, *parts, kind="heat")


def shade(count: int, most: int) -> int:
    """0 for none, then 1 to 5 by the share of the worst hour; but one shade each while five are enough to count by: a
    single one is never the darkest."""
    return ceil(SHADES * count / max(most, SHADES)) if count else 0


def shades(most: int) -> list[tuple[int, int, int]]:
    """What each shade stands for, the lightest first: (shade, from, to), in whole counts."""
    whole = max(most, SHADES)
    every = ((n, whole * (n - 1) // SHADES + 1, whole * n // SHADES) for n in range(1, SHADES + 1))
    return [(n, least, greatest) for n, least, greatest in every if least <= most]


def _cell(day: int, hour: int, count: int, most: int, say: Callable[[int, int, int], tuple[str, str]]) -> str:
    box = tag(
        "rect", class_=f"heat-{shade(count, most)}", x=percent(hour + 0.04, HOURS), width=percent(0.92, HOURS),
        y=number(TOP + day * ROW), height=ROW - GAP, rx="3",
    )  # fmt: skip
    return linked(*say(day, hour, count), box) if count else box
