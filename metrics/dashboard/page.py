"""All that the dashboard's template shows."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.templatetags.figures import dated, money
from metrics.board import Board
from metrics.dashboard import breakdown, facts, panels
from metrics.dashboard.cards import cards
from metrics.dashboard.filters import chips
from metrics.scope import BY, Scope

SPANS = {
    "mtd": gettext_lazy("Month"),
    "7d": gettext_lazy("7 d"),
    "30d": gettext_lazy("30 d"),
    "90d": gettext_lazy("90 d"),
    "quarter": gettext_lazy("Quarter"),
}
UNITS = {"count": gettext_lazy("Count"), "value": gettext_lazy("Revenue at risk")}
TIMES = {"elapsed": gettext_lazy("Elapsed"), "working": gettext_lazy("Working time")}
Tab = tuple[Any, str, bool]


def page_of(board: Board, user: Any) -> dict[str, Any]:
    scope = board.scope
    query = scope.url().partition("?")[2]
    return {
        "board": board,
        "scope": scope,
        "at": scope.at,
        "period": period_words(scope),
        "spans": [(label, scope.url(span=key), scope.span == key) for key, label in SPANS.items()],
        "units": [(label, scope.url(unit=key), scope.unit == key) for key, label in UNITS.items()],
        "times": [(label, scope.url(time=key), scope.time == key) for key, label in TIMES.items()],
        "by": [(breakdown.NAMES[key], f"{scope.url(by=key)}#breakdown", scope.by == key) for key in BY],
        "by_name": breakdown.NAMES[scope.by],
        "query": query,
        "wall": f"{scope.url()}{'&' if query else '?'}wall=1",
        "chips": chips(scope),
        "cards": cards(board),
        "panels": panels.panels(board),
        "at_risk": money(board.value_at_risk, board.currency) if board.value_at_risk else "",
        "ageing": facts.ageing(board),
        "depth": facts.depth(board),
        "rates": facts.rates(board),
        "heads": breakdown.heads(),
        "lines": breakdown.lines(board),
        "more": max(0, len(board.table) - breakdown.SHOWN),
        "is_empty": is_empty(board),
        "may_manage": user.may_manage,
    }


def period_words(scope: Scope) -> str:
    if scope.first == scope.last:
        return dated(scope.first)
    shape = "j M" if scope.first.year == scope.last.year else "j M Y"
    return _("%(first)s to %(last)s") % {"first": dated(scope.first, shape), "last": dated(scope.last)}


def is_empty(board: Board) -> bool:
    """Nothing was ever logged that fits: then a page of charts would say nothing eleven times."""
    return not (board.active or board.now or board.before or board.table)
