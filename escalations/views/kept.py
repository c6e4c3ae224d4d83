"""A form whose words were kept because its sender had been signed out (see config/kept.py)."""

from typing import TypeVar

from django.forms import BaseForm
from django.http import HttpRequest

F = TypeVar("F", bound=BaseForm)


def refilled(request: HttpRequest, form: F) -> F:
    """The form, with what was kept for it, if anything was."""
    if kept := getattr(request, "kept", None):
        kept.fill(form)
    return form
