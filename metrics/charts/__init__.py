"""Charts as SVG that fits any width: each file draws one kind, out of plain numbers, and knows no ticket.

Across, everything is in per cent, down in pixels: one drawing serves desk, phone and paper, its letters are never
stretched, and what a phone has no room for carries the class `roomy`. Colours are classes (`charts.css`). A chart is
decoration with links: hidden from readers of screens and from the Tab key, since the table below it (`tables`) says and
links all of it.
"""
