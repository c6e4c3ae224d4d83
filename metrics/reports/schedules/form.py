"""The form of a scheduled report."""

from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contacts.forms import SharedForm
from contacts.models import Customer, Team, User
from contacts.preferences.forms import Clock
from contacts.preferences.zones import by_region
from escalations.forms import CustomerField
from escalations.forms.team import Picker
from escalations.models import Severity
from metrics.models import ReportSchedule, Rhythm
from metrics.scope import NOBODY

NUMBERS, SLA = "numbers", "sla"
WHATS = [(NUMBERS, _("The dashboard’s numbers")), (SLA, _("A customer’s SLA report"))]
FILTERS = ("severity", "team", "owner")
EIGHT = time(8)


def offered(schedule: ReportSchedule) -> Any:
    """Whoever can be chosen: people with an address, and those who were chosen before."""
    found = User.objects.filter(is_active=True).exclude(email="")
    chosen = User.objects.filter(pk__in=schedule.people.values("pk")) if schedule.pk else User.objects.none()
    return (found | chosen).distinct().order_by("first_name", "last_name", "username")


class ScheduleForm(SharedForm):
    """`at` is the moment at which distances from UTC are shown."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("The subject of the mail begins with it."))
    what = forms.ChoiceField(label=_("What is sent"), choices=WHATS, widget=forms.RadioSelect)
    customer = CustomerField(
        Customer.objects.all(),
        label=_("Customer"),
        required=False,
        to_field_name="slug",
        empty_label=_("Any"),
        help_text=_("Whom the SLA report is about; for numbers, only this customer’s issues."),
    )
    severity = forms.ModelChoiceField(Severity.objects.all(), label=_("Severity"), required=False, empty_label=_("Any"))
    team = forms.ChoiceField(label=_("Team"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices, widget=forms.RadioSelect)
    wall = forms.TimeField(label=_("At"), widget=Clock())
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Its days are counted, and the report comes at its time.")
    )
    people = forms.MultipleChoiceField(label=_("Goes to"), widget=Picker)

    def __init__(self, data: Any = None, *, schedule: ReportSchedule, first: dict[str, Any], at: datetime) -> None:
        super().__init__(data, initial=first)
        self.schedule, self.at = schedule, at
        people = list(offered(schedule))
        names = [(each.username, each.name) for each in people]
        teams = Team.objects.values_list("slug", "name")
        self._choose("owner", [("", _("Anybody")), (NOBODY, _("Nobody")), *names])
        self._choose("team", [("", _("Any")), (NOBODY, _("No team")), *teams])
        self._choose("people", [(str(each.pk), f"{each.name} · {each.get_role_display()}") for each in people])
        self._choose("time_zone", by_region(at, current=str(first.get("time_zone", ""))))
        self.fields["customer"].fit_widget()  # type: ignore[attr-defined]
        self.stands(facts(schedule) if schedule.pk else {})

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise ValidationError(_("Give it a name."))
        return name

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("what") == SLA and not given.get("customer") and "customer" not in self.errors:
            self.add_error("customer", _("Choose the customer whom the report is about."))
        return given

    def filled(self) -> ReportSchedule:
        """Not saved; `people` are set after that."""
        given, schedule = self.cleaned_data, self.schedule
        is_sla = given["what"] == SLA
        customer, severity = given["customer"], given["severity"]
        asked = {
            "severity": severity.pk if severity else "",
            "team": given["team"],
            "customer": customer.slug if customer else "",
            "owner": given["owner"],
        }
        schedule.name, schedule.rhythm = given["name"], given["rhythm"]
        schedule.at, schedule.time_zone = given["wall"], given["time_zone"]
        schedule.customer = customer if is_sla else None
        schedule.query = "" if is_sla else urlencode({name: value for name, value in asked.items() if value})
        return schedule


def initial(schedule: ReportSchedule) -> dict[str, Any]:
    said = QueryDict(schedule.query).dict()
    customer = schedule.customer.slug if schedule.customer else said.get("customer", "")
    return {
        **{name: said.get(name, "") for name in FILTERS},
        "name": schedule.name,
        "what": SLA if schedule.customer else NUMBERS,
        "customer": customer,
        "rhythm": schedule.rhythm,
        "wall": schedule.at,
        "time_zone": schedule.time_zone,
        "people": [str(key) for key in schedule.people.values_list("pk", flat=True)],
    }


def blank(query: QueryDict, user: Any, zone: str) -> dict[str, Any]:
    """What a new one begins with: the dashboard’s filters, or `?sla=<customer>`."""
    slug = query.get("sla", "")
    return {
        **{name: query.get(name, "")[:200] for name in FILTERS},
        "what": SLA if slug else NUMBERS,
        "customer": (slug or query.get("customer", ""))[:200],
        "rhythm": Rhythm.WEEKLY,
        "wall": EIGHT,
        "time_zone": zone,
        "people": [str(user.pk)],
    }


def facts(schedule: ReportSchedule) -> dict[str, str]:
    """How it stands, as text, so that two who change it at once are told."""
    people = ",".join(str(key) for key in sorted(schedule.people.values_list("pk", flat=True)))
    return {
        "name": schedule.name, "query": schedule.query, "customer": str(schedule.customer_id or ""),
        "rhythm": schedule.rhythm, "at": f"{schedule.at:%H:%M}", "zone": schedule.time_zone, "people": people,
    }  # fmt: skip
