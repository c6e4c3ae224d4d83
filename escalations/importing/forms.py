"""Choosing a file of issues, and saying what in it stands for what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models.people import validate_time_zone
from contacts.spreadsheets.forms import ImportForm
from escalations.enums import Status
from escalations.models import ImportBatch, Severity

from .fields import FIELDS, NEEDED


class ChooseForm(ImportForm):
    source = forms.RegexField(
        "^[a-z0-9][a-z0-9_.-]{0,39}$",
        label=_("Brought over from"),
        help_text=_("A short name of the other helpdesk, such as zendesk. With the number there it says what is here."),
        max_length=40,
    )
    field_order = ("source", "file", "text")

    def clean_source(self) -> str:
        return str(self.cleaned_data["source"]).lower()


class MapForm(forms.Form):
    """A field for each column, and for each word that the file says for severity and status."""

    zone = forms.CharField(
        label=_("Time zone of times that name none"), required=False, max_length=64, validators=[validate_time_zone]
    )
    make_customers = forms.BooleanField(label=_("Add customers that are not known here"), required=False)

    def __init__(self, batch: ImportBatch, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._options = options = batch.options
        self.fields["zone"].initial = options.get("zone", "")
        self.fields["make_customers"].initial = options.get("make_customers", False)
        leave = ("", _("– leave out –"))
        self._columns = sorted({column for _number, row in batch.rows for column in row})[:80]
        fields = [leave, *FIELDS.items()]
        severities = [("", "–"), *((row.code, str(row)) for row in Severity.objects.order_by("code"))]
        statuses = [("", "–"), *Status.choices]
        self._add("column", self._columns, fields, options.get("columns", {}))
        self._add("severity", options.get("severities", {}), severities, options.get("severities", {}))
        self._add("status", options.get("statuses", {}), statuses, options.get("statuses", {}))

    def _add(self, kind: str, words: Any, choices: list[Any], chosen: dict[str, str]) -> None:
        for at, word in enumerate(words):
            self.fields[f"{kind}-{at}"] = forms.ChoiceField(
                label=word, choices=choices, required=False, initial=chosen.get(word, "")
            )

    def of(self, kind: str) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith(f"{kind}-")]

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        named = ((_("Columns"), "column"), (_("Severities"), "severity"), (_("Statuses"), "status"))
        return [(label, fields) for label, kind in named if (fields := self.of(kind))]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        taken = list(self._chosen("column").values())
        if twice := sorted({str(FIELDS[field]) for field in taken if taken.count(field) > 1}):
            self.add_error(None, _("Two columns stand for the same: %(names)s.") % {"names": ", ".join(twice)})
        if missing := [str(FIELDS[field]) for field in NEEDED if field not in taken]:
            self.add_error(None, _("No column stands for: %(names)s.") % {"names": ", ".join(missing)})
        return said

    def _chosen(self, kind: str) -> dict[str, str]:
        said = self.cleaned_data
        return {str(field.label): said[field.name] for field in self.of(kind) if said.get(field.name)}

    def options(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "columns": self._chosen("column"),
            "severities": self._options.get("severities", {}) | self._chosen("severity"),
            "statuses": self._options.get("statuses", {}) | self._chosen("status"),
            "zone": said["zone"],
            "make_customers": said["make_customers"],
        }
