"""Correcting what was logged."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Customer
from escalations.enums import EventKind

from .fields import AddressesField, Area, CustomerField
from .verb import VerbForm, not_too_long


class EditForm(VerbForm):
    """What two people corrected at the same time is put together; only the same field in two ways is a clash."""

    verb, title, icon, place = "edit", _("Edit"), "pencil", "more"
    button, done = _("Save"), _("Saved. What stood there before is in the history.")
    concerns = (EventKind.EDITED,)
    subject = forms.CharField(label=_("What is wrong"), max_length=200)
    description = forms.CharField(
        label=_("What happened"),
        help_text=_("Markdown works."),
        widget=Area(6),
        required=False,
        validators=[not_too_long],
    )
    customer = CustomerField(Customer.objects.all(), label=_("Customer"), empty_label=None)
    reporter_name = forms.CharField(label=_("Reported by"), max_length=120, required=False)
    reporter_email = forms.EmailField(label=_("Their e-mail"), required=False, help_text=_("Updates go here."))
    cc = AddressesField(
        label=_("Copies to"),
        help_text=_("Up to ten further addresses that get every message to the customer."),
        widget=Area(1),
        required=False,
    )

    def prepare(self, ticket: Any, user: Any) -> None:
        self.ticket = ticket
        self.theirs: list[dict[str, Any]] = []
        self.fields["customer"].fit_widget()  # type: ignore[attr-defined]
        names_only = isinstance(self.fields["customer"].widget, forms.TextInput)
        for name in self.fields:
            self.initial.setdefault(name, getattr(ticket, name))
        self.initial["customer"] = ticket.customer.name if names_only else ticket.customer_id

    def clashes(self, news: Sequence[Any]) -> bool:
        """Takes over what others changed and this person did not; True if both changed the same field differently."""
        if not self.is_valid():
            return False  # wrong fields first; the page that says so is as old as before
        seen = _as_seen(news)
        for name in [name for name in seen if name in self.fields]:
            now = getattr(self.ticket, name)
            typed = self.cleaned_data[name]
            if _same(typed, seen[name]):
                self.cleaned_data[name] = now
            elif not _same(typed, now):
                self.theirs.append({"field": self[name], "theirs": str(now), "yours": str(typed)})
        if self.theirs:
            self._show(seen)
        return bool(self.theirs)

    def _show(self, seen: dict[str, Any]) -> None:
        """The form as it is shown again: theirs where only they changed something, yours elsewhere."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name in [name for name in seen if name in self.fields]:
            if name not in [clash["field"].name for clash in self.theirs]:
                value = getattr(self.ticket, name)
                shown = self.fields[name].prepare_value(value)
                data[name] = str(shown.pk if hasattr(shown, "pk") else shown)
        self.data = data


def _as_seen(news: Sequence[Any]) -> dict[str, Any]:
    """What stood in the changed fields before the oldest of these events."""
    before: dict[str, Any] = {}
    for event in news:  # newest first: the oldest has the last word
        before |= {name: change[0] for name, change in event.data.get("changes", {}).items()}
    return before


def _same(one: Any, other: Any) -> bool:
    return str(one or "").replace("\r\n", "\n").strip() == str(other or "").replace("\r\n", "\n").strip()
