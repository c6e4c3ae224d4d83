"""The severities of a draft, and the titles of the ladder's rungs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models.matrix import Level
from escalations.forms.protocol.base import Group, PartForm
from escalations.forms.protocol.texts import line, text
from escalations.models.severity import PostMortem, validate_target
from escalations.protocol.content import Content

TARGETS = {
    "response_target": gettext_lazy("First response within"),
    "resolution_target": gettext_lazy("Resolution within"),
    "update_every": gettext_lazy("Update to the customer every"),
    "step": gettext_lazy("After a breach, one level up every"),
}
CALENDARS = {
    "response_calendar": gettext_lazy("First response counts"),
    "calendar": gettext_lazy("Everything else counts"),
}


class TargetField(forms.CharField):
    """ "15m", "4h", "5bd"; spaces and capitals do not matter."""

    default_validators = [validate_target]

    def to_python(self, value: Any) -> str:
        return "".join((super().to_python(value) or "").lower().split())


class SeveritiesForm(PartForm):
    tab = gettext_lazy("Severities and ladder")
    about = gettext_lazy("Times read 15m, 4h or 5bd: minutes, hours, business days. Issues that are open keep theirs.")

    def build(self, content: Content) -> None:
        calendars = [("", _("around the clock")), *((slug, row["name"]) for slug, row in content["calendars"].items())]
        for code, row in content["severities"].items():
            self._severity(code, row, calendars)
        rungs = [
            self.add(f"rungs.{row['level']}.title", line(_level(row["level"]), 120), row["title"])
            for row in content["rungs"]
        ]
        self.groups.append(
            Group(_("Titles of the rungs"), [rungs[place : place + 2] for place in range(0, len(rungs), 2)])
        )

    def _severity(self, code: str, row: Content, calendars: list[tuple[str, str]]) -> None:
        def at(name: str) -> str:
            return f"severities.{code}.{name}"

        self.add(at("name"), line(_("Name"), 40), row["name"])
        self.add(at("definition"), text(_("Definition"), required=True), row["definition"])
        examples = text(_("Examples, one a line"), 5)
        self.add(at("examples"), examples, "\n".join(row["examples"]))
        for name, label in TARGETS.items():
            self.add(at(name), TargetField(label=label, max_length=8, required=name != "update_every"), row[name])
        self.fields[at("update_every")].help_text = _("Left empty: when something was promised.")
        for name, label in CALENDARS.items():
            made = forms.ChoiceField(label=label, choices=calendars, required=False)
            self.add(at(name), made, row[name] or "")
        self.add(at("at_risk_percent"), _whole(_("Warned after percent of the time"), 1, 99), row["at_risk_percent"])
        told = forms.MultipleChoiceField(
            label=_("Told when logged"), choices=Level.choices, required=False, widget=forms.CheckboxSelectMultiple
        )
        self.add(at("notify_on_open"), told, [str(each) for each in row["notify_on_open"]])
        after = forms.ChoiceField(label=_("Post-mortem"), choices=PostMortem.choices)
        self.add(at("post_mortem"), after, row["post_mortem"])
        self.add(
            at("aftercare_days"), _whole(_("Days the account is watched after the fix"), 0, 365), row["aftercare_days"]
        )
        lines = [
            ["name"], ["definition"], ["examples"], ["response_target", "response_calendar"],
            ["resolution_target", "calendar"], ["update_every", "step"], ["notify_on_open"],
            ["at_risk_percent", "post_mortem", "aftercare_days"],
        ]  # fmt: skip
        self.groups.append(Group(f"{code} {row['name']}", [[at(name) for name in names] for names in lines]))

    def part(self, cleaned: Mapping[str, Any]) -> Content:
        return {
            "severities": {code: self._said(code, row, cleaned) for code, row in self.content["severities"].items()},
            "rungs": [row | {"title": cleaned[f"rungs.{row['level']}.title"]} for row in self.content["rungs"]],
        }

    def _said(self, code: str, row: Content, cleaned: Mapping[str, Any]) -> Content:
        given = {name: cleaned[f"severities.{code}.{name}"] for name in row if f"severities.{code}.{name}" in cleaned}
        lines = [each.strip() for each in given["examples"].splitlines()]
        return {
            **row,
            **given,
            "definition": given["definition"].replace("\r\n", "\n"),
            "examples": [each for each in lines if each],
            "calendar": given["calendar"] or None,
            "response_calendar": given["response_calendar"] or None,
            "notify_on_open": [int(each) if each.isdigit() else each for each in given["notify_on_open"]],
        }


def _level(level: str) -> str:
    return str(Level(level).label) if level in Level.values else level


def _whole(label: str, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most)
