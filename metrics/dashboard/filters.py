"""The dashboard's filters: a form on a page of its own, which opens as a sheet: the numbers wait for no list."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import Customer, Team
from escalations.filters import DayField
from escalations.forms import CustomerField, people
from escalations.models import Severity
from metrics.scope import NOBODY, PAGE, Scope

NOT_ASKED = ("zone", "by", "unit", "time")  # no fields of the form: they stay as the address has them


def _owners() -> list[tuple[str, Any]]:
    return [("", _("Anybody")), (NOBODY, _("Nobody")), *((person.username, person.name) for person in people())]


def _teams() -> list[tuple[str, Any]]:
    return [("", _("Any")), (NOBODY, _("No team")), *Team.objects.values_list("slug", "name")]


class DashboardFilters(forms.Form):
    """Named as the address of the dashboard is. `given` is None while the form is only looked at."""

    severity = forms.ModelChoiceField(Severity.objects.all(), label=_("Severity"), required=False, empty_label=_("Any"))
    team = forms.ChoiceField(label=_("Team"), required=False, choices=_teams)
    customer = CustomerField(
        Customer.objects.all(), label=_("Customer"), required=False, to_field_name="slug", empty_label=_("Any")
    )
    owner = forms.ChoiceField(label=_("Owner"), required=False, choices=_owners)
    first = DayField(label=_("From"), required=False)
    last = DayField(label=pgettext_lazy("a day", "To"), required=False)

    def __init__(self, scope: Scope, given: QueryDict | None = None) -> None:
        said = dict(scope.params()) | {"first": scope.first, "last": scope.last}
        super().__init__(given, initial=said, auto_id="filter-%s")
        self.scope = scope
        self.fields["customer"].fit_widget()  # type: ignore[attr-defined]

    def url(self) -> str:
        """The dashboard as the form asks for it. A customer may have been written by name."""
        chosen = self.cleaned_data
        customer, severity = chosen["customer"], chosen["severity"]
        asked = {
            "severity": severity.pk if severity else "",
            "team": chosen["team"],
            "customer": customer.slug if customer else "",
            "owner": chosen["owner"],
            **self._days(),
            **{name: value for name, value in self.scope.params() if name in NOT_ASKED},
        }
        return f"{PAGE}?{urlencode({name: value for name, value in asked.items() if value})}"

    def _days(self) -> dict[str, str]:
        """A span, unless other days were typed."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        if (first, last) in ((None, None), (self.scope.first, self.scope.last)):
            return {name: value for name, value in self.scope.params() if name in ("span", "from", "to")}
        days = {"from": first, "to": last}
        return {name: day.isoformat() for name, day in days.items() if day}


def chips(scope: Scope) -> list[tuple[str, str, str]]:
    """What is set: its name, its words, and the address without it."""
    found: list[tuple[Any, Any, str]] = []
    if scope.severity:
        found.append((_("Severity"), scope.severity, scope.url(severity="")))
    if scope.team or scope.no_team:
        found.append((_("Team"), scope.team.name if scope.team else _("No team"), scope.url(team=None)))
    if scope.customer:
        found.append((_("Customer"), scope.customer.name, scope.url(customer=None)))
    if scope.owner or scope.no_owner:
        found.append((_("Owner"), scope.owner.name if scope.owner else _("Nobody"), scope.url(owner=None)))
    return [(str(name), str(value), without) for name, value, without in found]
