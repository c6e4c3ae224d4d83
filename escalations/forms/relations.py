"""The issues around an issue: linked, merged, tagged."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.access import tickets_for
from escalations.models import Ticket
from escalations.models.relation import LinkKind
from escalations.models.ticket import primary_key_of
from escalations.search import matching
from escalations.tags import LONGEST

from .fields import Area
from .verb import VerbForm

NAMED = 3  # of several that fit


class TicketField(forms.CharField):
    """Another ticket: its number, or words that find exactly one."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput({"autocomplete": "off", "placeholder": "ESC-1001"})
        super().__init__(max_length=120, widget=widget, **options)
        self.tickets: Any = Ticket.objects.none()

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if key := primary_key_of(text):
            found = list(self.tickets.filter(pk=key))
        else:
            found = list(matching(self.tickets, text).order_by("-pk")[: NAMED + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("There is no issue “%(text)s”."), params={"text": text[:40]})
        numbers = ", ".join(f"{ticket.number} {ticket.subject[:40]}" for ticket in found[:NAMED])
        raise forms.ValidationError(
            _("Several issues fit: %(numbers)s … Give the number of one."), params={"numbers": numbers}
        )


class LinkForm(VerbForm):
    verb, title, icon, button = "link", _("Link another issue"), "link", _("Link")
    done = _("Linked. Both issues show it.")
    kind = forms.ChoiceField(label=_("This issue is"), choices=LinkKind.choices)
    other = TicketField(label=_("Issue"), help_text=_("Its number, or words that find it."))

    def prepare(self, ticket: Any, user: Any) -> None:
        self.fields["other"].tickets = tickets_for(user).select_related("customer")  # type: ignore[attr-defined]


class MergeForm(VerbForm):
    verb, title, icon = "merge", _("Merge into another issue"), "merge"
    button, done = _("Merge"), _("Merged. Work goes on in the other issue.")
    into = TicketField(label=_("Into"), help_text=_("Its number, or words that find it. It stays; this one closes."))
    reason = forms.CharField(label=_("Why they are the same"), widget=Area(2))

    def prepare(self, ticket: Any, user: Any) -> None:
        mine = tickets_for(user).select_related("customer", "merged_into").exclude(merged_into__isnull=False)
        self.fields["into"].tickets = mine  # type: ignore[attr-defined]


class TagForm(VerbForm):
    """`add` may name several, with commas between them."""

    verb, title, icon, button = "retag", _("Tags"), "tag", _("Add")
    done = _("Tags changed.")
    add = forms.CharField(
        label=_("Add a tag"),
        max_length=400,
        help_text=_("Several with commas between them, each at most %(most)s characters.") % {"most": LONGEST},
        widget=forms.TextInput({"list": "used-tags", "autocomplete": "off"}),
    )

    def clean_add(self) -> list[str]:
        return [tag for tag in self.cleaned_data["add"].split(",") if tag.strip()]

    def refuse(self, fields: dict[str, str]) -> None:
        super().refuse({"add" if name == "tags" else name: message for name, message in fields.items()})
