"""What the small forms on pages share, of whatever app."""

from typing import ClassVar, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
F = TypeVar("F", bound=forms.BaseForm)


class CardForm(forms.Form):
    """`heading`, `button` and `about` are the words of the page that shows it."""

    heading: ClassVar[Words] = ""
    button: ClassVar[Words] = _("Save")
    about: ClassVar[Words] = ""

    def refuse(self, error: ValidationError) -> None:
        """Put a verb's objections beside the fields they speak of."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            self.add_error(name if name in self.fields else None, problems)


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: what was sent, be it nothing at all; None while it is only shown."""
    return request.POST if request.method == "POST" else None


def refilled(request: HttpRequest, form: F) -> F:
    """The form, with what was kept for it because its sender had been signed out, if anything was (config/kept.py)."""
    if kept := getattr(request, "kept", None):
        kept.fill(form)
    return form
