"""The pieces that every chart is made of."""

from collections.abc import Iterable, Sequence
from html import escape
from math import ceil, floor, log10

from django.utils.safestring import SafeString, mark_safe

LEFT, BOTTOM, TOP = 36, 24, 12  # pixels for the numbers at the left, the words below, half a line above


def tag(name: str, *content: str, **attributes: object) -> str:
    """`class_` and `font_size` become `class` and `font-size`; what is None is left out. `content` is finished."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{''.join(content)}</{name}>" if content else f"<{name}{given}/>"


def words(text: str, **attributes: object) -> str:
    return tag("text", escape(text), **attributes)


def linked(url: str, title: str, *content: str) -> str:
    """A mark with its words; a link, if it leads anywhere."""
    inside = (tag("title", escape(title)), *content)
    return tag("a", *inside, href=url, tabindex="-1") if url else tag("g", *inside)


def drawing(height: int, *content: str, kind: str) -> SafeString:
    return mark_safe(
        tag("svg", *content, class_=f"chart {kind}", width="100%", height=height, aria_hidden="true", focusable="false")
    )


def stretched(width: float, height: int, *content: str, y: int = TOP) -> str:
    """A part that is measured in its own units across, for lines and areas: these may be stretched, letters not."""
    box = f"0 0 {number(width)} {height}"
    return tag(
        "svg", *content, x="0", y=y, width="100%", height=height, viewBox=box, preserveAspectRatio="none",
        overflow="visible",
    )  # fmt: skip


def percent(part: float, whole: float) -> str:
    return f"{number(100 * part / whole)}%"


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def steps(top: float, most: int = 5, bottom: float = 0) -> list[float]:
    """Round numbers from at most `bottom` to at least `top`, at most `most` steps: 0, 5, 10, 15. Whole from one on."""
    size = max(top - bottom, 1e-9) / most
    power = 10 ** floor(log10(size))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= size * 0.999999)
    first, last = floor(bottom / step + 1e-9), max(ceil(top / step - 1e-9), floor(bottom / step) + 1)
    return [n * step for n in range(first, last + 1)]


def count_steps(top: int) -> list[float]:
    """As `steps`, for what can be counted: no half issues."""
    return steps(max(top, 1)) if top > 5 else [float(n) for n in range(max(top, 1) + 1)]


def scale(value: float, marks: Sequence[float], height: int) -> float:
    """Pixels from the top of the plot."""
    low, high = marks[0], marks[-1]
    return (high - value) / (high - low) * height


def axis(marks: Sequence[float], labels: Iterable[str], height: int) -> str:
    """A hairline and a number for each mark."""
    parts = []
    for mark, label in zip(marks, labels, strict=True):
        y = number(TOP + scale(mark, marks, height))
        parts.append(tag("line", class_="grid" if mark > marks[0] else "base", x1="0", x2="100%", y1=y, y2=y))
        parts.append(words(label, class_="tick", x="-8", y=y, dy="4", text_anchor="end"))
    return "".join(parts)


def below(labels: Sequence[str], height: int, most: int = 8, *, centred: bool = True) -> str:
    """Words under the plot: every one of them if there are few, else some, evenly; of those a phone shows half."""
    every = max(1, ceil(len(labels) / most))
    parts = []
    for place in range(0, len(labels), every):
        x = percent(place + 0.5, len(labels)) if centred else percent(place, max(1, len(labels) - 1))
        spare = len(labels) > most // 2 and (place // every) % 2 == 1
        anchor = None if centred else _anchor(place, len(labels))
        parts.append(
            words(labels[place], class_="tick roomy" if spare else "tick", x=x, y=height + TOP + 18, text_anchor=anchor)
        )
    return "".join(parts)


def _anchor(place: int, count: int) -> str | None:
    """The first and the last word stay inside."""
    return "start" if place == 0 and count > 1 else "end" if place == count - 1 and count > 1 else None
