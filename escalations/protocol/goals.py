"""Goals as people say them: hours, percent, a count. The dashboard keeps seconds and shares from 0 to 1."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.templatetags.figures import percent
from config.templatetags.times import span

# Goals beside those of the six cards.
NAMES = {
    "sla_met_response": gettext_lazy("First responses in time"),
    "sla_met_resolution": gettext_lazy("Resolutions in time"),
    "sla_met_update": gettext_lazy("Customer updates in time"),
    "kept_promises": gettext_lazy("Promises kept"),
    "reopen_rate": gettext_lazy("Issues opened again"),
    "relapse_rate": gettext_lazy("Issues that came back"),
    "avg_take_seconds": gettext_lazy("Time until somebody takes it"),
}
# Few is good: the goal is a most, not a least.
FEW = {"active_escalations", "critical_issues_mtd", "reopen_rate", "relapse_rate"}
COUNTS = {"active_escalations", "critical_issues_mtd"}


def is_time(key: str) -> bool:
    return key.endswith("_seconds")


def is_count(key: str) -> bool:
    return key in COUNTS


def goal_said(key: str, value: float | None) -> str:
    """ "at most 2h", "at least 95%"; "" without a goal."""
    if value is None:
        return ""
    if is_time(key):
        return _("at most %(value)s") % {"value": span(value)}
    number = f"{value:g}" if is_count(key) else percent(value)
    words = _("at most %(value)s") if key in FEW else _("at least %(value)s")
    return words % {"value": number}


def name_of(key: str) -> str:
    return str(NAMES.get(key, key.replace("_", " ")))


def named_goals(goals: Mapping[str, float], but: Collection[str]) -> list[tuple[str, str]]:
    """Those of no card, by name."""
    return [(name_of(key), goal_said(key, value)) for key, value in sorted(goals.items()) if key not in but]


def to_people(key: str, value: float | None) -> float | None:
    """Seconds as hours, a share as percent."""
    if value is None or is_count(key):
        return value
    return round(value / 3600, 4) if is_time(key) else round(value * 100, 4)


def from_people(key: str, value: float) -> float:
    if is_count(key):
        return value
    return round(value * 3600, 4) if is_time(key) else round(value / 100, 6)


def unit_of(key: str) -> str:
    if is_count(key):
        return ngettext("issue", "issues", 2)
    return _("hours") if is_time(key) else _("percent")
