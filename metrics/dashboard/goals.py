"""What the desk wants its numbers to reach: which numbers may have a goal, how goals are said, typed and kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.forms import CardForm
from escalations.models import Goal
from escalations.protocol.versions import changing
from metrics.dashboard.words import COUNT, SECONDS, SHARE, said

MOST, LEAST = "most", "least"  # what a goal is: the most that is well, or the least


@dataclass(frozen=True)
class Aim:
    """A number that may have a goal. `key` is its name in the API."""

    key: str
    label: Any
    kind: str
    side: str

    @property
    def per_unit(self) -> float:
        """A unit as it is typed (an hour, a per cent, one) in the number's own."""
        return {SECONDS: 3600, SHARE: 0.01, COUNT: 1}[self.kind]

    @property
    def unit(self) -> str:
        return {SECONDS: _("hours"), SHARE: "%", COUNT: _("issues")}[self.kind]

    def reached(self, value: float, goal: float) -> bool:
        return value <= goal if self.side == MOST else value >= goal

    def words(self, goal: float) -> str:
        """`at most 4h`, `at least 95%`."""
        shape = _("at most %(goal)s") if self.side == MOST else _("at least %(goal)s")
        return shape % {"goal": said(goal, self.kind)}


AIMS = {
    aim.key: aim
    for aim in (
        Aim("active_escalations", gettext_lazy("Active Escalations"), COUNT, MOST),
        Aim("avg_response_seconds", gettext_lazy("Avg Response Time"), SECONDS, MOST),
        Aim("avg_resolution_seconds", gettext_lazy("Avg Resolution Time"), SECONDS, MOST),
        Aim("resolution_rate", gettext_lazy("Resolution Rate"), SHARE, LEAST),
        Aim("critical_issues_mtd", gettext_lazy("Critical Issues MTD"), COUNT, MOST),
        Aim("customer_retention", gettext_lazy("Customer Retention"), SHARE, LEAST),
        Aim("sla_met_response", gettext_lazy("Response in time"), SHARE, LEAST),
        Aim("sla_met_resolution", gettext_lazy("Resolution in time"), SHARE, LEAST),
        Aim("sla_met_update", gettext_lazy("Updates in time"), SHARE, LEAST),
        Aim("kept_promises", gettext_lazy("Kept promises"), SHARE, LEAST),
        Aim("reopen_rate", gettext_lazy("Reopened"), SHARE, MOST),
        Aim("relapse_rate", gettext_lazy("Relapsed"), SHARE, MOST),
        Aim("avg_take_seconds", gettext_lazy("Time to take"), SECONDS, MOST),
    )
}


@dataclass(frozen=True)
class Verdict:
    """How a number stands to its goal; `met` is None without data."""

    words: str
    met: bool | None

    @property
    def mark(self) -> str:
        return {True: "✓", False: "✗", None: "·"}[self.met]

    @property
    def said(self) -> str:
        state = {True: _("met"), False: _("missed"), None: _("no data")}[self.met]
        return _("Goal %(goal)s: %(state)s") % {"goal": self.words, "state": state}


def verdict(key: str, value: float | None, goals: dict[str, float]) -> Verdict | None:
    """None if there is no goal."""
    aim, goal = AIMS[key], goals.get(key)
    if goal is None:
        return None
    return Verdict(aim.words(goal), None if value is None else aim.reached(value, goal))


class GoalsForm(CardForm):
    """One field a number; empty is no goal."""

    heading = gettext_lazy("Goals")
    about = gettext_lazy("What the desk wants to reach. An empty field is no goal.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for aim in AIMS.values():
            self.fields[aim.key] = forms.FloatField(
                label=aim.label,
                required=False,
                min_value=0,
                max_value=100 if aim.kind == SHARE else 100_000,
                help_text=_("In %(unit)s, at most.") % {"unit": aim.unit}
                if aim.side == MOST
                else _("In %(unit)s, at least.") % {"unit": aim.unit},
                widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for key, value in given.items():
            if value is not None and not value < float("inf"):
                self.add_error(key, _("Enter a number."))
        return given

    def goals(self) -> Iterator[tuple[str, float | None]]:
        for key, aim in AIMS.items():
            typed = self.cleaned_data[key]
            yield key, None if typed is None else round(typed * aim.per_unit, 9)


def as_typed(goals: dict[str, float]) -> dict[str, str]:
    return {key: f"{goals[key] / aim.per_unit:.10g}" for key, aim in AIMS.items() if key in goals}


def current() -> dict[str, float]:
    return dict(Goal.objects.values_list("key", "value"))


def set_goals(wanted: dict[str, float | None], by: Any, at: datetime) -> None:
    """All of them at once. Goals belong to the protocol, which takes note of the change."""
    with changing(by, at):
        Goal.objects.filter(key__in=[key for key, value in wanted.items() if value is None]).delete()
        for key, value in wanted.items():
            if value is not None:
                Goal.objects.update_or_create(key=key, defaults={"value": value})
