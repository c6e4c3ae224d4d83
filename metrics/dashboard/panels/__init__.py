"""The charts over time: each with its legend, and below it the table whose numbers lead to what they count."""

from metrics.board import Board
from metrics.dashboard.panels.clocks import breaches, misses, sla
from metrics.dashboard.panels.issues import flow, opened
from metrics.dashboard.panels.panel import CLOCKS, SEVERITIES, Panel

__all__ = ["CLOCKS", "SEVERITIES", "Panel", "panels"]


def panels(board: Board) -> dict[str, Panel]:
    made = (opened(board), flow(board), sla(board), breaches(board), misses(board))
    return {panel.key: panel for panel in made}
