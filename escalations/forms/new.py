"""Logging an issue."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Customer, User
from escalations.models import Severity

from .fields import Area, CustomerField, MomentField, people
from .verb import VerbForm


class NewIssueForm(VerbForm):
    """A new issue: the customer first, then what happened, then how bad it is."""

    verb = "new"
    customer = CustomerField(
        Customer.objects.filter(churned_at=None), label=_("Customer"), empty_label=_("Choose a customer")
    )
    subject = forms.CharField(
        label=_("What is wrong"), max_length=200, help_text=_("One line, as you would say it to a colleague.")
    )
    description = forms.CharField(
        label=_("What happened"),
        help_text=_("What the customer sees, since when, who is hit, what was tried."),
        widget=Area(5),
        required=False,
    )
    severity = forms.ModelChoiceField(Severity.objects.all(), label=_("How bad is it"), widget=forms.RadioSelect)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody yet"))
    reporter_name = forms.CharField(label=_("Reported by"), max_length=120, required=False)
    reporter_email = forms.EmailField(
        label=_("Their e-mail"), required=False, help_text=_("Updates go here; else to the customer’s first contact.")
    )
    reported_at = MomentField(
        label=_("Reported at"), required=False, help_text=_("The clocks start here. Empty means now.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = people()  # type: ignore[attr-defined]
        self.fields["customer"].fit_widget()  # type: ignore[attr-defined]

    def clean_reported_at(self) -> datetime | None:
        when: datetime | None = self.cleaned_data["reported_at"]
        if when and when > timezone.now():
            raise forms.ValidationError(_("This lies in the future. When did the customer tell us?"))
        return when
