"""The parts that are words: overview and notes, metrics with their goals, steps, principles."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.forms.fields import LOCAL, Area, MomentField
from escalations.forms.protocol.base import NEW, Group, PartForm, in_place, new_key, place_field
from escalations.protocol.content import Content
from escalations.protocol.goals import NAMES, from_people, name_of, to_people, unit_of

LONGEST = 20_000  # characters of a text
HIGHEST = 1e9


def line(label: Any, longest: int = 160, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=required)


def text(label: Any, rows: int = 3, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, required=required, widget=Area(rows))


def _in_browser(when: datetime | None) -> str:
    return timezone.localtime(when).strftime(LOCAL) if when else ""


class OverviewForm(PartForm):
    tab = gettext_lazy("Overview and notes")
    title = forms.CharField(
        label=gettext_lazy("What changes, and why"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("One line for those who are asked to sign, and for the list of versions."),
    )
    effective_at = MomentField(
        label=gettext_lazy("Effective from"),
        required=False,
        help_text=gettext_lazy("Left empty: as soon as all three have signed."),
    )

    def build(self, content: Content) -> None:
        self.initial |= {"title": self.draft.title, "effective_at": _in_browser(self.draft.effective_at)}
        names = [
            self.add("department", line(_("Department"), required=False), content["department"]),
            self.add("critical_notice", text(_("Critical notice"), 5), content["critical_notice"]),
            self.add("notes", text(_("Additional notes and customisations"), 8), content["notes"]),
        ]
        self.groups = [
            Group(_("This draft"), [["title"], ["effective_at"]]),
            Group(_("What the document says"), [[name] for name in names]),
        ]

    @property
    def begins(self) -> datetime | None:
        """The picker knows no seconds: a moment that was not touched stays as it is."""
        typed: datetime | None = self.cleaned_data["effective_at"]
        return self.draft.effective_at if _in_browser(typed) == _in_browser(self.draft.effective_at) else typed

    def part(self, cleaned: Mapping[str, Any]) -> Content:
        return {name: cleaned[name].replace("\r\n", "\n") for name in ("department", "critical_notice", "notes")}


class MetricsForm(PartForm):
    tab = gettext_lazy("Metrics and goals")

    def build(self, content: Content) -> None:
        for card in content["kpis"]:
            path = f"kpis.{card['key']}"
            self.add(f"{path}.title", line(_("Name")), card["title"])
            self.add(f"{path}.text", text(_("Definition")), card["text"])
            goal = self._goal(card["key"], content)
            self.groups.append(Group(card["title"], [[f"{path}.title", goal], [f"{path}.text"]]))
        others = [*dict.fromkeys([*NAMES, *content["goals"]])]
        cards = {card["key"] for card in content["kpis"]}
        rest = [self._goal(key, content, name_of(key)) for key in others if key not in cards]
        self.groups.append(Group(_("Further goals"), [rest[n : n + 2] for n in range(0, len(rest), 2)]))

    def _goal(self, key: str, content: Content, name: str = "") -> str:
        label = f"{name or _('Goal')} ({unit_of(key)})"
        made = forms.FloatField(
            label=label, required=False, min_value=0, max_value=HIGHEST, widget=forms.NumberInput({"step": "any"})
        )
        return self.add(f"goals.{key}", made, to_people(key, content["goals"].get(key)))

    def part(self, cleaned: Mapping[str, Any]) -> Content:
        goals = {name.removeprefix("goals."): value for name, value in cleaned.items() if name.startswith("goals.")}
        return {
            "kpis": [
                {"key": card["key"], "title": cleaned[f"kpis.{card['key']}.title"],
                 "text": cleaned[f"kpis.{card['key']}.text"].replace("\r\n", "\n")}
                for card in self.content["kpis"]
            ],
            "goals": {key: self._kept(key, value) for key, value in goals.items() if value is not None},
        }  # fmt: skip

    def _kept(self, key: str, value: float) -> float:
        """What was not touched stays to the last digit."""
        before = self.content["goals"].get(key)
        return before if before is not None and to_people(key, before) == value else from_people(key, value)


class EntriesForm(PartForm):
    """Titles with texts, in an order. A row whose title is emptied goes; the last, empty one adds another."""

    list_name: str
    about = gettext_lazy("An entry whose title you empty is removed; the last, empty one adds another.")

    def build(self, content: Content) -> None:
        rows = [*content[self.list_name], {"key": NEW, "title": "", "text": ""}]
        for number, row in enumerate(rows, 1):
            path = f"{self.list_name}.{row['key']}"
            self.add(f"{path}.title", line(_("Title"), required=False), row["title"])
            self.add(f"{path}.place", place_field(), number * 10)
            self.add(f"{path}.text", text(_("Text")), row["text"])
            self.groups.append(
                Group(row["title"] or _("One more"), [[f"{path}.title", f"{path}.place"], [f"{path}.text"]])
            )

    def part(self, cleaned: Mapping[str, Any]) -> Content:
        keys = [row["key"] for row in self.content[self.list_name]]
        rows = [(cleaned[f"{self.list_name}.{key}.place"], self._row(key, key, cleaned)) for key in keys]
        self.made = new_key(cleaned[f"{self.list_name}.{NEW}.title"], keys)
        rows.append((cleaned[f"{self.list_name}.{NEW}.place"], self._row(NEW, self.made, cleaned)))
        return {self.list_name: in_place((place, row) for place, row in rows if row["title"])}

    def _row(self, typed: str, key: str, cleaned: Mapping[str, Any]) -> Content:
        path = f"{self.list_name}.{typed}"
        words = cleaned[f"{path}.text"].replace("\r\n", "\n")
        return {"key": key, "title": cleaned[f"{path}.title"], "text": words}

    def as_typed(self, path: str) -> str:
        made = getattr(self, "made", "")
        return path.replace(f"{self.list_name}.{made}", f"{self.list_name}.{NEW}", 1) if made else path

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        path = f"{self.list_name}.{NEW}"
        if cleaned.get(f"{path}.text") and not cleaned.get(f"{path}.title"):
            self.add_error(f"{path}.title", _("Give it a title."))
        return cleaned


class FlowForm(EntriesForm):
    tab = gettext_lazy("Flow")
    list_name = "steps"


class PrinciplesForm(EntriesForm):
    tab = gettext_lazy("Principles")
    list_name = "principles"
