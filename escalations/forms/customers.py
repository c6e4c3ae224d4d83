"""What people fill in about a customer. The verbs in contacts/ decide; a field is named like their argument."""

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from contacts.churn import LONGEST_REASON
from contacts.currencies import CURRENCIES
from contacts.customer_contacts import FIELDS as CONTACT_FIELDS
from contacts.customer_import.cells import money
from contacts.customer_notes import LONGEST
from contacts.customers import facts
from contacts.domains import tidied
from contacts.forms import CardForm, SeenField
from contacts.health import LONGEST_NOTE
from contacts.models import Customer, CustomerContact, Team
from contacts.models.customers import Health
from contacts.spreadsheets.cells import Wrong

from .fields import Area


class DayField(forms.DateField):
    """A date from the browser's picker, of a year that people live in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not 1970 <= day.year <= 2199:
            raise ValidationError(_("This lies outside the years 1970 to 2199."))
        return day


class AmountField(forms.CharField):
    """Money as people of any country write it."""

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return money(" ".join(text.split()))[0]
        except Wrong as wrong:
            raise ValidationError(str(wrong)) from None


class CustomerForm(CardForm):
    heading = _("New customer")
    name = forms.CharField(label=_("Name"), max_length=120)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        required=False,
        help_text=_("Stands in addresses and files. Left empty, it is made from the name."),
    )
    tier = forms.CharField(label=_("Tier"), max_length=40, required=False)
    annual_value = AmountField(label=_("Annual value"), max_length=40, required=False)
    currency = forms.ChoiceField(label=_("Currency"))
    renewal_on = DayField(label=_("Renewal"), required=False)
    team = forms.ModelChoiceField(
        Team.objects.all(), label=_("Team"), required=False, to_field_name="slug", empty_label=_("None")
    )
    domains = forms.CharField(
        label=_("Mail domains"),
        max_length=2000,
        required=False,
        help_text=_(
            "Mail from there opens issues for this customer, such as acme.example. Separate several by blanks."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("The desk’s own")), *settings.LANGUAGES], required=False
    )
    health = forms.ChoiceField(label=_("Health"), choices=Health.choices, initial=Health.GREEN)
    note = forms.CharField(
        label=_("Why, if the health changes"), max_length=LONGEST_NOTE, required=False, widget=Area(2)
    )
    seen = SeenField(required=False)
    values = ("name", "slug", "tier", "annual_value", "currency", "renewal_on", "team", "domains", "language", "health")

    def __init__(self, data: Any = None, *, customer: Customer | None = None, **options: Any) -> None:
        initial = _initial(customer) if customer else {"currency": "EUR", "health": Health.GREEN}
        super().__init__(data, initial=initial, auto_id="customer-%s", **options)
        known = CURRENCIES | ({customer.currency} if customer else set())
        self.fields["currency"].choices = [(code, code) for code in sorted(known)]  # type: ignore[attr-defined]
        self.customer = customer

    def arguments(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in self.values}
        values["domains"] = tidied(values["domains"])
        if self.customer and not values["slug"]:
            values["slug"] = self.customer.slug
        return values

    def caught_up(self, customer: Customer) -> "CustomerForm":
        """What was typed stays; what was not touched follows what somebody else has made of it meanwhile."""
        seen, now = self.cleaned_data.get("seen") or {}, _initial(customer)
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name in self.values:
            if name in seen and str(data.get(name, "")) == seen[name]:
                data[name] = now[name]
        data["seen"] = now["seen"]
        return CustomerForm(data, customer=customer)


def _initial(customer: Customer) -> dict[str, Any]:
    known = facts(customer)
    return known | {"seen": json.dumps(known)}


class HealthForm(CardForm):
    heading = _("How does the customer fare?")
    health = forms.ChoiceField(label=_("Health"), choices=Health.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Why"), max_length=LONGEST_NOTE, widget=Area(2))


class ChurnForm(CardForm):
    heading = _("The customer has left")
    button = _("Record it")
    about = _("No issue can be logged for the customer from then on. Open ones stay open. You can take it back.")
    on = DayField(label=_("Left on"))
    reason = forms.CharField(label=_("Why they left"), max_length=LONGEST_REASON, widget=Area(2))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["on"].initial = localdate


class WinBackForm(CardForm):
    heading = _("The customer is back")
    button = _("Won back")
    about = _("Issues can be logged again. That they had left, and why, stays in the changes.")


class ContactForm(CardForm):
    heading = _("Add a contact")
    name = forms.CharField(label=_("Name"), max_length=120)
    title = forms.CharField(label=_("What they do"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.RegexField(
        r"^[0-9+()/. #x-]*$",
        label=_("Phone"),
        max_length=40,
        required=False,
        error_messages={"invalid": _("Digits, blanks and + ( ) - / . only, such as +44 161 555 0201.")},
    )

    def __init__(self, data: Any = None, *, contact: CustomerContact | None = None) -> None:
        initial = {name: getattr(contact, name) for name in CONTACT_FIELDS} if contact else {}
        super().__init__(data, initial=initial, auto_id="contact-%s")


class NoteForm(CardForm):
    """Markdown, as in the notes of an issue."""

    heading = _("Note about the customer")
    text = forms.CharField(label=_("Note"), max_length=LONGEST, widget=Area(3))
