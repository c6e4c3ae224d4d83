"""Columns of parts that stand on each other: how many a day, by severity."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from metrics.charts.svg import BOTTOM, TOP, axis, below, count_steps, drawing, linked, number, percent, scale, tag

WIDEST = 0.06  # of the plot: three columns are no wall
FILLED = 0.78  # of its place


@dataclass(frozen=True)
class Part:
    look: str  # a class: sev-1, clock-response
    count: int
    title: str
    url: str = ""


@dataclass(frozen=True)
class Column:
    label: str
    parts: Sequence[Part]  # the lowest first

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)


def stacked(columns: Sequence[Column], height: int = 230) -> SafeString:
    """`height` is that of the plot, in pixels."""
    marks = count_steps(max((column.count for column in columns), default=0))
    width = min(FILLED / max(1, len(columns)), WIDEST)
    bars = (_bar(column, place, len(columns), width, marks, height) for place, column in enumerate(columns))
    return drawing(
        height + TOP + BOTTOM,
        axis(marks, [number(mark) for mark in marks], height),
        *bars,
        below([column.label for column in columns], height),
        kind="stacked",
    )


def _bar(column: Column, place: int, count: int, width: float, marks: Sequence[float], height: int) -> str:
    x, foot, parts = (place + 0.5) / count - width / 2, 0, []
    for part in column.parts:
        if part.count:
            head = foot + part.count
            y, y_foot = scale(head, marks, height), scale(foot, marks, height)
            box = tag(
                "rect", class_=part.look, x=percent(x, 1), width=percent(width, 1), y=number(TOP + y),
                height=number(y_foot - y),
            )  # fmt: skip
            parts.append(linked(part.url, part.title, box))
            foot = head
    return "".join(parts)
