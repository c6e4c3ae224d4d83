"""Choosing a file to import, or pasting what stands in it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.forms import CardForm
from contacts.spreadsheets.reading import MOST_BYTES


class ImportForm(CardForm):
    file = forms.FileField(
        label=_("File"), required=False, widget=forms.ClearableFileInput({"accept": ".csv,.tsv,.txt,text/csv"})
    )
    text = forms.CharField(
        label=_("Or paste the rows, with their first row"),
        required=False,
        max_length=1_000_000,
        widget=forms.Textarea({"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        file = chosen.get("file")
        if file and file.size > MOST_BYTES:
            self.add_error("file", _("The file is larger than 5 MB. Split it, and import one part after the other."))
        elif not file and not chosen.get("text", "").strip() and not self.errors:
            self.add_error("file", _("Choose a file, or paste its rows below."))
        return chosen

    def data_given(self) -> bytes:
        """The file's bytes; the pasted text if there is no file."""
        file = self.cleaned_data.get("file")
        return file.read() if file else self.cleaned_data["text"].encode()
