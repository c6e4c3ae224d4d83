"""Lines over time, with a goal; and one line with the area under it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from metrics.charts.svg import (
    BOTTOM,
    TOP,
    axis,
    below,
    drawing,
    linked,
    number,
    percent,
    scale,
    stretched,
    tag,
    words,
)

UNITS = 1000  # across, of the part that is stretched
CROWDED = 40  # so many points are a line, no beads
WORDS = 15  # pixels from one line of words to the next: on a wall they are 14 high


@dataclass(frozen=True)
class Line:
    """`values` may have gaps (None): there the line is broken, never drawn to zero."""

    look: str
    label: str
    values: Sequence[float | None]
    titles: Sequence[str] = field(default_factory=list)
    urls: Sequence[str] = field(default_factory=list)
    filled: bool = False


def lines(
    labels: Sequence[str],
    every: Sequence[Line],
    marks: Sequence[float],
    say: Callable[[float], Any] = number,
    goals: Sequence[float] = (),
    name: Callable[[Sequence[float]], str] = str,
    height: int = 190,
) -> SafeString:
    """`marks` are the numbers at the left (`svg.steps`), said by `say`; `name` words one goal, or several."""
    paths = "".join(_path(line, marks, height) for line in every)
    goals = [goal for goal in goals if marks[0] <= goal <= marks[-1]]
    return drawing(
        height + TOP + BOTTOM,
        axis(marks, [str(say(mark)) for mark in marks], height),
        *_rules(goals, marks, height),
        stretched(UNITS, height, paths) if paths else "",
        *(point for line in every for point in _points(line, marks, height)),
        *_named(goals, name, marks, height),
        below(labels, height, centred=False),
        kind="line-chart",
    )


def _path(line: Line, marks: Sequence[float], height: int) -> str:
    drawn = []
    for run in _runs(line.values):
        corners = [f"{number(_x(place, line) * UNITS)} {number(scale(value, marks, height))}" for place, value in run]
        if line.filled:
            first, last = (number(_x(place, line) * UNITS) for place in (run[0][0], run[-1][0]))
            area = f"M{first} {height}L{'L'.join(corners)}L{last} {height}Z"
            drawn.append(tag("path", class_=f"area {line.look}", d=area))
        drawn.append(tag("path", class_=f"line {line.look}", d=f"M{'L'.join(corners)}"))
    return "".join(drawn)


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Stretches without a gap, of two points or more: (place, value)."""
    run: list[tuple[int, float]] = []
    for place, value in [*enumerate(values), (-1, None)]:
        if value is not None:
            run.append((place, value))
        else:
            if len(run) > 1:
                yield run
            run = []


def _points(line: Line, marks: Sequence[float], height: int) -> Iterator[str]:
    """A bead for each value: where one points to read it, and presses to see what it counts."""
    known = [place for place, value in enumerate(line.values) if value is not None]
    for place in known:
        value = line.values[place]
        assert value is not None
        at = {"cx": percent(_x(place, line), 1), "cy": number(TOP + scale(value, marks, height))}
        seen = len(line.values) <= CROWDED or place == known[-1]
        beads = [tag("circle", class_="reach", r="9", **at)]
        if seen:
            beads.append(tag("circle", class_=f"bead {line.look}", r="3.2" if place == known[-1] else "2.2", **at))
        title = line.titles[place] if place < len(line.titles) else str(value)
        yield linked(line.urls[place] if place < len(line.urls) else "", title, *beads)


def _rules(goals: Sequence[float], marks: Sequence[float], height: int) -> Iterator[str]:
    for goal in goals:
        y = number(TOP + scale(goal, marks, height))
        yield tag("line", class_="goal", x1="0", x2="100%", y1=y, y2=y)


def _named(
    goals: Sequence[float], name: Callable[[Sequence[float]], str], marks: Sequence[float], height: int
) -> Iterator[str]:
    """The words of goals, once for those too close for words of their own, above the highest of them: where that is
    near the top above the whole plot, as the best of the lines run along there."""

    def at(value: float) -> float:
        return scale(value, marks, height)

    for together in close(sorted(goals, reverse=True), at, WORDS):
        y = at(together[0])
        y = TOP + (y if y >= WORDS else 0)
        yield words(name(together), class_="goal-words", x="100%", y=number(y), dy="-5", text_anchor="end")


def close(values: Sequence[float], place: Callable[[float], float], room: float) -> list[list[float]]:
    """The values, from the top down, in groups that are at least `room` pixels apart."""
    groups: list[list[float]] = []
    for value in values:
        if groups and place(value) - place(groups[-1][-1]) < room:
            groups[-1].append(value)
        else:
            groups.append([value])
    return groups


def _x(place: int, line: Line) -> float:
    """From 0 to 1; a point alone stands in the middle."""
    return place / (len(line.values) - 1) if len(line.values) > 1 else 0.5
