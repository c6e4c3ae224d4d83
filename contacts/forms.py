"""What the small forms on pages share, of whatever app."""

import json
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
F = TypeVar("F", bound=forms.BaseForm)
LONGEST_SEEN = 16_000  # characters


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


class SeenField(forms.CharField):
    """What a form is about, as it stood when the form was opened: {name: text}. It comes back from the browser, so
    anything may stand in it; None if that cannot be used."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> dict[str, str] | None:
        try:
            seen = json.loads(str(value or "")[:LONGEST_SEEN])
        except ValueError:
            return None
        return {str(k): str(v) for k, v in seen.items()} if isinstance(seen, dict) else None


class SharedForm(CardForm):
    """About something that others may change while it is filled in. `now` is how that stands, as text."""

    seen = SeenField(required=False)

    def stands(self, now: dict[str, str]) -> None:
        self.now = now
        self.initial["seen"] = json.dumps(now)

    @property
    def is_overtaken(self) -> bool:
        """Somebody was faster. For a form that is valid; asked under a lock, or two may both be the first."""
        return self.cleaned_data["seen"] not in (None, self.now)

    def say_so(self, words: str) -> None:
        """What was typed stays, and sent again it counts."""
        self.add_error(None, words)
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = json.dumps(self.now)
        self.data = data


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: what was sent, be it nothing at all; None while it is only shown."""
    return request.POST if request.method == "POST" else None


def refilled(request: HttpRequest, form: F) -> F:
    """The form, with what was kept for it because its sender had been signed out, if anything was (config/kept.py)."""
    if kept := getattr(request, "kept", None):
        kept.fill(form)
    return form
