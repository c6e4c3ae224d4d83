"""Fields and widgets that several forms share."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Customer, User

SLUG = re.compile(r"\(([-\w]+)\)$")  # “Acme (acme-2)”, where two have the same name
LONGEST_NAME = 200  # characters of what may be a customer's name and short name
LOCAL = "%Y-%m-%dT%H:%M"


def people() -> Any:
    """Whoever may own an issue."""
    return User.objects.filter(is_active=True).exclude(role="auditor").order_by("first_name", "last_name", "username")


class Area(forms.Textarea):
    def __init__(self, rows: int = 3, **attrs: Any) -> None:
        super().__init__({"rows": rows, **attrs})


class MomentField(forms.DateTimeField):
    """A date and time in the person's own time zone, from the browser's picker."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format=LOCAL)
        super().__init__(widget=widget, input_formats=[LOCAL, f"{LOCAL}:%S"], **options)


class AddressesField(forms.CharField):
    """E-mail addresses with commas, semicolons or lines between them; a list. The verb says which are none."""

    LONGEST = 3000  # characters

    widget = Area

    def to_python(self, value: Any) -> Any:
        return [part.strip() for part in re.split(r"[,;\s]+", value or "") if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def validate(self, value: Any) -> None:
        """An empty list is fine."""

    def run_validators(self, value: Any) -> None:
        if len(", ".join(value)) > self.LONGEST:
            raise forms.ValidationError(_("That is too long for a few addresses."))


class CustomerField(forms.ModelChoiceField):
    """A customer: chosen from a list while that is short, else written by name. Either way both are understood."""

    LONGEST_LIST = 200

    def to_python(self, value: Any) -> Customer | None:
        text = str(value or "").strip()
        if not text:
            return None
        if len(text) > LONGEST_NAME:
            raise forms.ValidationError(_("No customer is called that."), code="invalid_choice")
        customers: Any = self.queryset
        is_key = text.isascii() and text.isdigit() and len(text) < 19
        named = SLUG.search(text)
        slug = named[1] if named else text.lower()
        exact = customers.filter(pk=int(text)) if is_key else customers.filter(slug=slug)
        found = list(exact or customers.filter(name__iexact=text) or customers.filter(name__icontains=text)[:4])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("No customer is called that."), code="invalid_choice")
        names = ", ".join(customer.name for customer in found[:3])
        raise forms.ValidationError(
            _("Several customers fit: %(names)s … Write more of the name."), params={"names": names}, code="unclear"
        )

    def fit_widget(self) -> None:
        """A list of thousands would weigh more than the page."""
        customers: Any = self.queryset
        if customers.order_by()[: self.LONGEST_LIST + 1].count() > self.LONGEST_LIST:
            self.widget = forms.TextInput({"placeholder": _("Name or short name"), "autocomplete": "off"})
            self.widget.is_required = self.required
