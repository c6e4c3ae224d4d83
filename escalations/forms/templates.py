"""The editor of a template: all its words in every language, and what a writer fills in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.forms import CardForm
from escalations.models import Severity
from templates_app.editor.wording import LONGEST, Wording, part, used_in
from templates_app.placeholders import PLACEHOLDERS, TYPED

from .fields import Area

SITE = settings.LANGUAGE_CODE
MUST, MAY, ISSUE = "must", "may", "issue"
ASKED = [(MUST, _("the writer must")), (MAY, _("the writer may")), (ISSUE, _("taken from the issue"))]
ONLY_A_PERSON = ("work_completed",)  # of this the issue knows nothing
EMPTY: Wording = {"name": "", "severities": [], "fields": [], "subject": "", "body": "", "translations": {}}


class TemplateForm(CardForm):
    """`was` is the wording that the form starts from; `seen` its version. A text is called "body_de" here."""

    heading = _("New template")
    name = forms.CharField(label=_("Name"), max_length=LONGEST["name"])
    severities = forms.MultipleChoiceField(
        label=_("Severities (none: all)"), required=False, widget=forms.CheckboxSelectMultiple
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, was: Wording, seen: int, **options: Any) -> None:
        super().__init__(data, initial=initial_of(was) | {"seen": seen}, auto_id="template-%s", **options)
        self.was = was
        codes = dict.fromkeys([*Severity.objects.order_by("code").values_list("code", flat=True), *was["severities"]])
        self.fields["severities"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        for code, _name in settings.LANGUAGES:
            self._add_texts(code)
        for name in TYPED:
            self._add_question(name)

    def _add_texts(self, code: str) -> None:
        subject, body = _field_of("subject", code), _field_of("body", code)
        needed = code == SITE
        line = forms.TextInput({"data-words": code, "autocomplete": "off"})
        self.fields[subject] = forms.CharField(
            label=_("Subject"), max_length=LONGEST["subject"], required=needed, widget=line
        )
        self.fields[body] = forms.CharField(
            label=_("Text"), max_length=LONGEST["body"], required=needed, widget=Area(14)
        )
        self.fields[body].widget.attrs["data-words"] = code

    def _add_question(self, name: str) -> None:
        choices = [choice for choice in ASKED if choice[0] != ISSUE or name not in ONLY_A_PERSON]
        label = PLACEHOLDERS[name]
        self.fields[f"ask_{name}"] = forms.ChoiceField(label=label, choices=choices, required=False)
        self.fields[f"label_{name}"] = forms.CharField(
            label=_("What the writer is asked"), max_length=LONGEST["label"], required=False
        )

    # -- what was typed ------------------------------------------------------------------------------------------------

    def typed(self, name: str) -> str:
        """Checked or not: a preview has no objections."""
        given = self.data if self.is_bound else self.initial
        return str(given.get(name) or "").replace("\0", "")

    def wording(self) -> Wording:
        texts = {code: self._texts(code) for code, _name in settings.LANGUAGES}
        wording: Wording = {
            "name": self.typed("name"),
            "severities": self._severities(),
            **texts.pop(SITE),
            "translations": texts,
        }
        return wording | {"fields": self._fields(used_in(wording))}

    def _texts(self, code: str) -> dict[str, str]:
        return {name: self.typed(_field_of(name, code)) for name in ("subject", "body")}

    def _severities(self) -> list[str]:
        if not self.is_bound:
            return list(self.initial["severities"])
        given = self.data.getlist("severities") if hasattr(self.data, "getlist") else self.data.get("severities", [])
        return list(given)

    def _fields(self, used: list[str]) -> list[dict[str, Any]]:
        """Those that the wording uses: first in the order that they had, then the new ones."""
        before = {field["name"]: field for field in self.was["fields"]}
        names = [name for name in dict.fromkeys([*before, *used]) if name in used and (name in before or name in TYPED)]
        fields = [self._field(name) if name in TYPED else before[name] for name in names]
        return [field for field in fields if field]

    def _field(self, name: str) -> dict[str, Any] | None:
        asked = self.typed(f"ask_{name}") or MUST
        if asked == ISSUE and name not in ONLY_A_PERSON:
            return None
        label = self.typed(f"label_{name}").strip() or str(PLACEHOLDERS[name])
        return {"name": name, "label": label, "required": asked != MAY}

    # -- for the page --------------------------------------------------------------------------------------------------

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """A pane for each language; open is the first with something wrong, else the first."""
        rows: list[dict[str, Any]] = [
            {
                "code": code,
                "name": name,
                "subject": self[_field_of("subject", code)],
                "body": self[_field_of("body", code)],
                "is_missing": not self.typed(_field_of("body", code)).strip(),
            }
            for code, name in settings.LANGUAGES
        ]
        wrong = (row for row in rows if row["subject"].errors or row["body"].errors)
        chosen = next((row for row in rows if row["code"] == self.typed("language")), rows[0])
        opened = next(wrong, chosen)
        return [row | {"is_open": row is opened} for row in rows]

    @property
    def questions(self) -> list[dict[str, Any]]:
        used = used_in(self.wording())
        return [
            {"name": name, "ask": self[f"ask_{name}"], "label": self[f"label_{name}"], "is_used": name in used}
            for name in TYPED
        ]

    def refuse(self, error: ValidationError) -> None:
        """The editor's objections come by part: "body.de"."""
        for name, problems in error.error_dict.items():
            field = name.replace(".", "_")
            self.add_error(field if field in self.fields else None, problems)

    def caught_up(self, seen_wording: Wording, now: Wording, version: int) -> "TemplateForm":
        """What was typed stays; what was not touched follows what somebody else has made of it meanwhile."""
        then, current = initial_of(seen_wording), initial_of(now)
        typed: Any = self.data
        data = typed.copy()
        for name, value in then.items():
            given = self._severities() if name == "severities" else self.typed(name).replace("\r\n", "\n")
            if given != value:
                continue
            if name == "severities":
                data.setlist(name, current[name])
            else:
                data[name] = current.get(name, "")
        data["seen"] = str(version)
        return TemplateForm(data, was=now, seen=version)


def initial_of(wording: Mapping[str, Any]) -> dict[str, Any]:
    initial = {"name": wording["name"], "severities": list(wording["severities"])}
    for code, _name in settings.LANGUAGES:
        texts = wording if code == SITE else wording["translations"].get(code, {})
        for name in ("subject", "body"):
            initial[_field_of(name, code)] = texts.get(name, "")
    asked = {field["name"]: field for field in wording["fields"]}
    used = used_in(wording)
    for name in TYPED:
        field = asked.get(name)
        not_asked = ISSUE if name in used and name not in ONLY_A_PERSON else MUST
        initial[f"ask_{name}"] = (MUST if field.get("required", True) else MAY) if field else not_asked
        initial[f"label_{name}"] = str(field["label"]) if field else ""
    return initial


def _field_of(name: str, code: str) -> str:
    return part(name, "" if code == SITE else code).replace(".", "_")
