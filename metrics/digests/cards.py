"""The protocol's six numbers as the cards of a mail; each leads to the list behind it."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from config.templatetags.figures import percent
from config.templatetags.ui import span
from metrics.kpis import Kpis
from metrics.scope import Scope

Card = dict[str, str]
Earlier = Callable[[str | None], str]


def cards(scope: Scope, now: Kpis, before: Kpis, earlier: Earlier) -> list[Card]:
    """In the protocol's order and by its names (section 2). `earlier` words what a number was in the period before;
    it is given None if there was none."""

    def compared(key: str, label: str, words: Callable[[Any], str]) -> Card:
        value, then = getattr(now, key), getattr(before, key)
        note = earlier(None if then is None else words(then))
        return card(scope, key, label, "–" if value is None else words(value), note)

    return [
        card(scope, "active_escalations", _("Active Escalations"), str(now.active_escalations), _("right now")),
        compared("avg_response_seconds", _("Avg Response Time"), span),
        compared("avg_resolution_seconds", _("Avg Resolution Time"), span),
        compared("resolution_rate", _("Resolution Rate"), percent),
        card(
            scope, "critical_issues_mtd", _("Critical Issues MTD"), str(now.critical_issues_mtd),
            _("since the month began"),
        ),
        card(
            scope, "customer_retention", _("Customer Retention"),
            "–" if now.customer_retention is None else percent(now.customer_retention), _("of the last year’s"),
        ),
    ]  # fmt: skip


def card(scope: Scope, figure: str, label: str, value: str, note: str) -> Card:
    return {"label": label, "value": value, "note": note, "path": scope.rows_url(figure)}
