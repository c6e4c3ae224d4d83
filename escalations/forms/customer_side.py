"""What a customer can write to us on their own page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import Area
from .verb import VerbForm


class ComplaintForm(VerbForm):
    verb = "customer_complains"
    text = forms.CharField(  # type: ignore[assignment]
        label=_("What does not work?"),
        max_length=4000,
        widget=Area(4),
        error_messages={"required": _("Write what does not work: it helps us look in the right place.")},
    )
