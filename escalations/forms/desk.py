"""Verbs of the desk itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import User
from escalations.enums import EventKind
from escalations.models import Severity

from .fields import Area, people
from .verb import LETS_IN, VerbForm


class AssignForm(VerbForm):
    verb, title, icon = "assign", _("Assign"), "user-check"
    concerns = (EventKind.ASSIGNED,)
    done = _("Given to its new owner.")
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), empty_label=_("Choose somebody"))

    def prepare(self, ticket: Any, user: Any) -> None:
        self.fields["owner"].queryset = people()  # type: ignore[attr-defined]
        self.initial.setdefault("owner", ticket.owner_id)
        if ticket.confidential:
            self.text = LETS_IN  # type: ignore[misc]


class ChangeSeverityForm(VerbForm):
    verb, title, icon = "change_severity", _("Change severity"), "signal"
    concerns = (EventKind.SEVERITY,)
    text = _("The clocks follow the new targets, counted from the report.")
    done = _("Severity changed. The clocks follow the new targets.")
    severity = forms.ModelChoiceField(Severity.objects.all(), label=_("Severity"), empty_label=None)
    reason = forms.CharField(label=_("Why"), widget=Area(2))

    def prepare(self, ticket: Any, user: Any) -> None:
        self.initial.setdefault("severity", ticket.severity_id)
        if ticket.untriaged:
            self.title = self.button = _("Confirm the severity")  # type: ignore[misc]
            self.text = _("Whoever it tells at once is told now. With another one, the clocks follow its targets.")  # type: ignore[misc]
            self.done = _("The severity is confirmed.")  # type: ignore[misc]
            self.fields["reason"].required = False
            self.fields["reason"].label = _("Why, if you choose another one")


class NoteForm(VerbForm):
    verb, title, icon, place = "note", _("Internal note"), "lock", "composer"
    button, done, takes_files = _("Keep note"), _("Note kept. Only the desk sees it."), "internal"
    text = forms.CharField(  # type: ignore[assignment]
        label=_("Internal note"),
        help_text=_("Never leaves the desk. Markdown works, and @name tells a colleague."),
        widget=Area(3, **{"data-mentions": "/people/"}),
    )
