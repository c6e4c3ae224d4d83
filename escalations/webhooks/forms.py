"""The forms behind /settings/webhooks/."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.forms import CardForm
from contacts.models import Team
from escalations.webhooks.kinds import KINDS
from templates_app.models import WebhookEndpoint
from templates_app.outgoing import LONGEST

NAME, URL = 80, LONGEST


class EndpointForm(CardForm):
    """What is told, and to whom."""

    name = forms.CharField(label=_("Name"), max_length=NAME, help_text=_("What it is for, such as “Status page”."))
    url = forms.CharField(
        label=_("Address"),
        max_length=URL,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("https, and on the public internet. Redirects are not followed."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Events"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "picks"}),
        help_text=_("If you choose none, it is told of all, and of those that a later version adds."),
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.all(), required=False, empty_label=_("Issues of all teams")
    )
    with_confidential = forms.BooleanField(
        label=_("Confidential issues too"),
        required=False,
        help_text=_("With their subject and all that is said. Left off, such issues are never mentioned."),
    )

    def __init__(self, data: Any = None, *, endpoint: WebhookEndpoint | None = None) -> None:
        super().__init__(data, initial=_initial(endpoint) if endpoint else {})
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind, label) for kind, label in KINDS.items()]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


def _initial(endpoint: WebhookEndpoint) -> dict[str, Any]:
    names = ("name", "url", "kinds", "team", "with_confidential")
    return {name: getattr(endpoint, name) for name in names}


class SinceForm(CardForm):
    """All that failed since then is sent again."""

    since = forms.DateTimeField(
        label=_("Failed messages since"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
