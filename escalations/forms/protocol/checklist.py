"""The response checklist of a draft: each line, and what each severity asks of it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.forms.protocol.base import NEW, Group, PartForm, in_place, new_key, place_field
from escalations.forms.protocol.texts import line
from escalations.protocol.content import Content

ASKED = [
    ("required", gettext_lazy("required")),
    ("if_needed", gettext_lazy("if needed")),
    ("no", gettext_lazy("not asked for")),
]


class ChecklistForm(PartForm):
    tab = gettext_lazy("Checklist")
    about = gettext_lazy(
        "A line whose words you empty is removed, and marks on open issues stay; the last, empty one adds another."
    )

    def build(self, content: Content) -> None:
        self.codes = list(content["severities"])
        rows = [*content["checklist"], {"key": NEW, "action": "", "by_severity": {}}]
        for number, row in enumerate(rows, 1):
            path = f"checklist.{row['key']}"
            self.add(f"{path}.action", line(_("What is to be done"), required=False), row["action"])
            self.add(f"{path}.place", place_field(), number * 10)
            cells = [self._cell(path, code, row["by_severity"].get(code, {})) for code in self.codes]
            group = Group(row["action"] or _("One more"), [[f"{path}.action", f"{path}.place"], *cells])
            self.groups.append(group)

    def _cell(self, path: str, code: str, cell: Content) -> list[str]:
        where = f"{path}.by_severity.{code}"
        asked = forms.ChoiceField(label=code, choices=ASKED, required=False)
        label = line(_("%(code)s: in words") % {"code": code}, 40, required=False)
        return [
            self.add(f"{where}.asked", asked, cell.get("asked", "no")),
            self.add(f"{where}.label", label, cell.get("label", "")),
        ]

    def part(self, cleaned: Mapping[str, Any]) -> Content:
        keys = [row["key"] for row in self.content["checklist"]]
        self.made = new_key(cleaned[f"checklist.{NEW}.action"], keys)
        rows = [self._said(key, key, cleaned) for key in keys] + [self._said(NEW, self.made, cleaned)]
        return {"checklist": in_place((place, row) for place, row in rows if row["action"])}

    def _said(self, typed: str, key: str, cleaned: Mapping[str, Any]) -> tuple[int | None, Content]:
        path = f"checklist.{typed}"
        cells = {
            code: {
                "asked": cleaned[f"{path}.by_severity.{code}.asked"] or "no",
                "label": cleaned[f"{path}.by_severity.{code}.label"],
            }
            for code in self.codes
        }
        before: Content = next((row["by_severity"] for row in self.content["checklist"] if row["key"] == key), {})
        return cleaned[f"{path}.place"], {
            "key": key,
            "action": cleaned[f"{path}.action"],
            "by_severity": {**{code: cell for code, cell in before.items() if code not in cells}, **cells},
        }

    def as_typed(self, path: str) -> str:
        made = getattr(self, "made", "")
        return path.replace(f"checklist.{made}", f"checklist.{NEW}", 1) if made else path
