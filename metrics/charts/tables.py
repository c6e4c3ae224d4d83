"""The table below a chart: what the chart says, in numbers that lead to what they count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Cell:
    text: str
    url: str = ""


def table(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> SafeString:
    """The first cell of a row is its name, all others are numbers. Written here: a template takes ten times as long."""
    names = "".join(f'<th scope="col"{_right(place)}>{escape(head)}</th>' for place, head in enumerate(heads))
    body = "".join(f"<tr>{''.join(_cell(place, cell) for place, cell in enumerate(row))}</tr>" for row in rows)
    return mark_safe(f'<table class="table"><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>')


def _cell(place: int, cell: Cell) -> str:
    inside = escape(cell.text)
    inside = f'<a href="{escape(cell.url)}">{inside}</a>' if cell.url else inside
    return f'<th scope="row">{inside}</th>' if place == 0 else f'<td class="num">{inside}</td>'


def _right(place: int) -> str:
    return ' class="num"' if place else ""
