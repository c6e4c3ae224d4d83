"""A line as large as a word: where a number comes from."""

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

from metrics.charts.svg import number, tag

WIDTH, HEIGHT, EDGE = 88, 26, 3


def sparkline(values: Sequence[float | None]) -> SafeString:
    """Nothing at all for fewer than two values: a dot is no course. Gaps (None) are bridged."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return mark_safe("")
    low, high = min(value for _, value in known), max(value for _, value in known)
    corners = [
        (
            EDGE + place / (len(values) - 1) * (WIDTH - 2 * EDGE),
            HEIGHT / 2 if high == low else EDGE + (high - value) / (high - low) * (HEIGHT - 2 * EDGE),
        )
        for place, value in known
    ]
    path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in corners)
    last = tag("circle", cx=number(corners[-1][0]), cy=number(corners[-1][1]), r="2.4")
    box = {"width": WIDTH, "height": HEIGHT, "viewBox": f"0 0 {WIDTH} {HEIGHT}"}
    return mark_safe(tag("svg", tag("path", d=path), last, class_="spark", aria_hidden="true", **box))
