"""Keeping a list under a name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.models import SavedView

from .verb import VerbForm


class SavedViewForm(VerbForm):
    verb, title = "view", _("Save this view")
    button = _("Save")
    name = forms.CharField(
        label=_("Name"),
        max_length=SavedView._meta.get_field("name").max_length,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    shared = forms.BooleanField(
        label=_("Everybody sees it"), help_text=_("It stands in everybody’s sidebar."), required=False
    )


class NewViewForm(SavedViewForm):
    path = forms.CharField(max_length=60, widget=forms.HiddenInput)
    query = forms.CharField(max_length=2400, required=False, widget=forms.HiddenInput)
