"""Verbs that may be done to many tickets at once: the same forms, without one ticket's own values."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .desk import AssignForm, ChangeSeverityForm
from .fields import people
from .verb import VerbForm


class BulkAssignForm(AssignForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = people()  # type: ignore[attr-defined]


class BulkSeverityForm(ChangeSeverityForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["severity"].empty_label = _("Choose one")  # type: ignore[attr-defined]


BULK_FORMS: dict[str, type[VerbForm]] = {form.verb: form for form in (BulkAssignForm, BulkSeverityForm)}


def button(form: VerbForm, count: int) -> str:
    """What the button that does it says."""
    if form.verb == "assign":
        return ngettext("Assign %(n)s issue", "Assign %(n)s issues", count) % {"n": count}
    return ngettext("Change %(n)s issue", "Change %(n)s issues", count) % {"n": count}
