"""The protocol's numbers as a picture for mails: drawn as SVG, handed over as PNG, which every mail program shows."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import fontpkg_inter
import resvg_py

WIDTH, CARD_HEIGHT, GAP, COLUMNS = 560, 104, 12, 2
CARD_WIDTH = (WIDTH - GAP * (COLUMNS - 1)) // COLUMNS
SCALE = 2  # sharp on a phone
FONT = Path(fontpkg_inter.ROOT) / "files" / "Inter[opsz,wght].ttf"


def cards_png(cards: Sequence[dict[str, Any]]) -> bytes:
    """`cards` are {"label", "value", "note"}, two in a row, dark letters on white."""
    return _drawn(tuple((str(card["label"]), str(card["value"]), str(card["note"])) for card in cards))


@lru_cache(maxsize=16)
def _drawn(cards: tuple[tuple[str, str, str], ...]) -> bytes:
    """The same for everybody who gets the same numbers in the same language."""
    rows = -(-len(cards) // COLUMNS)
    height = max(1, rows * (CARD_HEIGHT + GAP) - GAP)
    body = "".join(_card(place, *card) for place, card in enumerate(cards))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
        f'<g font-family="Inter">{body}</g></svg>'
    )
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, width=WIDTH * SCALE, background="#ffffff", skip_system_fonts=True, font_files=[str(FONT)]
        )
    )


def _card(place: int, label: str, value: str, note: str) -> str:
    x, y = place % COLUMNS * (CARD_WIDTH + GAP), place // COLUMNS * (CARD_HEIGHT + GAP)
    return (
        f'<rect x="{x + 0.5}" y="{y + 0.5}" width="{CARD_WIDTH - 1}" height="{CARD_HEIGHT - 1}" rx="10" '
        'fill="#ffffff" stroke="#e3e5ea"/>'
        f'<text x="{x + 16}" y="{y + 28}" font-size="13" fill="#464a55">{escape(label)}</text>'
        f'<text x="{x + 16}" y="{y + 64}" font-size="28" font-weight="600" fill="#14161c">{escape(value)}</text>'
        f'<text x="{x + 16}" y="{y + 88}" font-size="12" fill="#5c606c">{escape(note)}</text>'
    )
