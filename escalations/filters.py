"""The filters of the list of all escalations, read from the query string."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contacts.models import Customer
from escalations.enums import DONE, OPEN, Status
from escalations.forms import CustomerField, people
from escalations.models import Severity
from escalations.models.ticket import TicketQuerySet
from escalations.search import matching

ORDERINGS = {
    "": ("-pk",),
    "due": (F("next_due_at").asc(nulls_last=True), "pk"),
    "reported": ("-reported_at", "-pk"),
    "oldest": ("pk",),
}


class ListFilters(forms.Form):
    """Whatever is not understood is left out: an old bookmark still shows a list."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput({"type": "search"}))
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Any")), ("open", _("All open")), ("done", _("Resolved or closed")), *Status.choices],
    )
    severity = forms.ModelChoiceField(Severity.objects.all(), label=_("Severity"), required=False, empty_label=_("Any"))
    customer = CustomerField(
        Customer.objects.all(), label=_("Customer"), required=False, to_field_name="slug", empty_label=_("Any")
    )
    owner = forms.ModelChoiceField(
        people(), label=_("Owner"), required=False, to_field_name="username", empty_label=_("Anybody")
    )
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("Any")), *((str(n), str(n)) for n in range(1, 6))]
    )
    ordering = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("Newest first")),
            ("due", _("Next clock first")),
            ("reported", _("Reported last")),
            ("oldest", _("Oldest first")),
        ],
    )
    breached = forms.BooleanField(label=_("Missed a clock"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.fields["customer"].fit_widget()  # type: ignore[attr-defined]
        self.full_clean()

    def apply(self, tickets: TicketQuerySet, at: datetime) -> TicketQuerySet:
        chosen = self.cleaned_data
        exact = {name: chosen[name] for name in ("severity", "customer", "owner", "level") if chosen.get(name)}
        tickets = matching(tickets.filter(**exact), chosen.get("q", ""))
        if status := chosen.get("status"):
            groups: dict[str, Any] = {"open": OPEN, "done": DONE}
            tickets = tickets.filter(status__in=groups.get(status, (status,)))
        if chosen.get("breached"):
            tickets = tickets.breached(at)
        return tickets.order_by(*ORDERINGS[chosen.get("ordering", "")])

    @property
    def is_narrowed(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "ordering")
