"""The form that starts a drill."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.forms import CardForm
from contacts.models import Team


class DrillForm(CardForm):
    heading, button = _("Test a ladder"), _("Send test messages now")

    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Whose ladder"), required=False, empty_label=_("Everyone’s"), to_field_name="slug"
    )
    scope = forms.ChoiceField(
        label=_("Who is asked"),
        choices=[("first", _("Who would be told first, now")), ("all", _("Every position, with its backups"))],
        widget=forms.RadioSelect,
        initial="all",
    )
    through_quiet = forms.BooleanField(label=_("Also in people’s quiet hours"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["team"].queryset = Team.objects.filter(rungs__isnull=False).distinct()  # type: ignore[attr-defined]
        self.fields["team"].is_needed = True  # type: ignore[attr-defined]
