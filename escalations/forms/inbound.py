"""Deciding about a mail that waits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Customer
from escalations.inbound.by_hand import NOTE, REPLY
from escalations.models import Ticket

from .fields import CustomerField


class FileMailForm(forms.Form):
    number = forms.CharField(label=_("Issue"), max_length=20, widget=forms.TextInput({"placeholder": "ESC-1001"}))
    how = forms.ChoiceField(
        label=_("As"),
        choices=[(REPLY, _("The customer’s answer: their clocks run on")), (NOTE, _("An internal note"))],
        widget=forms.RadioSelect,
        initial=REPLY,
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, auto_id="file-%s", prefix=None, **options)

    def clean_number(self) -> Ticket:
        try:
            return Ticket.objects.select_related("customer").by_number(self.cleaned_data["number"])
        except Ticket.DoesNotExist:
            raise forms.ValidationError(_("There is no such issue.")) from None


class OpenFromMailForm(forms.Form):
    customer = CustomerField(Customer.objects.filter(churned_at=None), label=_("Customer"), empty_label=_("Choose one"))
    known = forms.BooleanField(label=_("The sender is a contact of theirs from now on"), required=False)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, auto_id="open-%s", **options)
        self.fields["customer"].fit_widget()  # type: ignore[attr-defined]
