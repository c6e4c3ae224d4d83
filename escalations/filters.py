"""The filters of the queue and of the list of all escalations, read from the query string."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.templatetags.figures import dated
from contacts.models import Customer, Team, User
from escalations.enums import Source, Status
from escalations.forms import CustomerField, people
from escalations.models import Severity
from escalations.models.ticket import TicketQuerySet
from escalations.search import matching
from escalations.tagged import HasTag
from escalations.tags import LONGEST

TAB_LABELS = {"mine": _("Mine"), "team": _("Team"), "unassigned": _("Unassigned"), "waiting": _("Waiting")}
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200
ORDERINGS: dict[str, tuple[Any, ...]] = {
    "": ("-pk",),
    "oldest": ("pk",),
    "due": (F("next_due_at").asc(nulls_last=True), "pk"),
    "-due": (F("next_due_at").desc(nulls_last=True), "-pk"),
    "reported": ("-reported_at", "-pk"),
    "-reported": ("reported_at", "pk"),
    "severity": ("severity", "-pk"),
    "-severity": ("-severity", "pk"),
    "customer": ("customer__name", "customer", "-pk"),
    "-customer": ("-customer__name", "-customer", "-pk"),
    "level": ("-level", "-pk"),
    "-level": ("level", "pk"),
}


@dataclass(frozen=True)
class Chip:
    """One filter that is set, in words, and the query string without it."""

    name: str
    label: str
    value: str
    without: str


class DayField(forms.DateField):
    """A date of a sensible year, from the browser's picker."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not EARLIEST_YEAR <= day.year < LATEST_YEAR:
            raise forms.ValidationError(_("Check the year."))
        return day


def owners() -> list[tuple[str, Any]]:
    return [
        ("", _("Anybody")),
        ("me", _("Me")),
        ("nobody", _("Nobody yet")),
        *((person.username, person.name) for person in people()),
    ]


class QueueFilters(forms.Form):
    """Whatever is not understood is left out: an old bookmark still shows a list."""

    path: ClassVar[str] = "/"
    own: ClassVar[tuple[str, ...]] = ("tab",)  # what else the page's address may carry

    q = forms.CharField(label=_("Search"), required=False, max_length=200, widget=forms.TextInput({"type": "search"}))
    severity = forms.ModelChoiceField(Severity.objects.all(), label=_("Severity"), required=False, empty_label=_("Any"))
    customer = CustomerField(
        Customer.objects.all(), label=_("Customer"), required=False, to_field_name="slug", empty_label=_("Any")
    )
    owner = forms.ChoiceField(label=_("Owner"), required=False, choices=owners)
    team = forms.ModelChoiceField(
        Team.objects.all(), label=_("Team"), required=False, to_field_name="slug", empty_label=_("Any")
    )
    tag = forms.CharField(label=_("Tag"), required=False, max_length=LONGEST)
    level = forms.TypedChoiceField(
        label=_("Escalated to"),
        required=False,
        coerce=int,
        choices=[("", _("Any level")), *((str(n), _("Level %(n)s or above") % {"n": n}) for n in range(2, 6))],
    )
    source = forms.ChoiceField(label=_("Came in"), required=False, choices=[("", _("Any way")), *Source.choices])
    since = DayField(label=_("Reported from"), required=False)
    until = DayField(label=_("Reported until"), required=False)
    breached = forms.BooleanField(label=_("Missed a clock"), required=False)

    def __init__(self, data: QueryDict, user: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.user, self._given = user, data
        self.full_clean()

    @classmethod
    def known(cls) -> list[str]:
        """The names that an address of this page may carry, except for the number of the page."""
        return [*cls.own, *cls.base_fields]

    @classmethod
    def tidy(cls, given: QueryDict) -> str:
        """The query string with what this page knows and is not blank, always in the same order."""
        tidied = QueryDict(mutable=True)
        for name in cls.known():
            if value := given.get(name, "").strip():
                tidied[name] = value
        return tidied.urlencode()

    @classmethod
    def is_untidy(cls, given: QueryDict) -> bool:
        """A form without scripts sends its empty fields too."""
        return any(not value for name in cls.known() for value in given.getlist(name))

    def fit_widgets(self) -> None:
        """Before the form is shown: thousands of customers are no list."""
        self.fields["customer"].fit_widget()  # type: ignore[attr-defined]

    def narrow(self, tickets: TicketQuerySet) -> TicketQuerySet:
        """`tickets` without those that do not fit, in their own order. Days begin at midnight where the person is."""
        chosen = self.cleaned_data
        exact = {name: chosen[name] for name in ("severity", "customer", "team", "source") if chosen.get(name)}
        if owner := chosen.get("owner"):
            exact["owner"] = self._owner(owner)
        if level := chosen.get("level"):
            exact["level__gte"] = level
        if since := chosen.get("since"):
            exact["reported_at__gte"] = _midnight(since)
        if until := chosen.get("until"):
            exact["reported_at__lt"] = _midnight(until + timedelta(days=1))
        tickets = tickets.filter(**exact)
        if tag := chosen.get("tag"):
            tickets = tickets.filter(HasTag("tags", tag))
        return matching(tickets, chosen.get("q", ""))

    def apply(self, tickets: TicketQuerySet, at: datetime) -> TicketQuerySet:
        tickets = self.narrow(tickets)
        return tickets.breached(at) if self.cleaned_data.get("breached") else tickets

    def _owner(self, owner: str) -> Any:
        if owner in ("me", "nobody"):
            return self.user if owner == "me" else None
        return User.objects.filter(username=owner).values("pk")[:1]

    @property
    def is_narrowed(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "ordering")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the address carries besides the words searched for, for the form that asks for other words."""
        return [(name, str(value)) for name, value in QueryDict(self.tidy(self._given)).items() if name != "q"]

    @property
    def chips(self) -> list[Chip]:
        """What is set, except for what the page shows anyway: the words searched for, and the order."""
        return list(self._chips())

    def _chips(self) -> Iterator[Chip]:
        for name, value in self.cleaned_data.items():
            if value and name not in ("q", "ordering"):
                without = QueryDict(self.tidy(self._given), mutable=True)
                without.pop(name, None)
                yield Chip(name, str(self.fields[name].label), self._in_words(name, value), without.urlencode())

    def _in_words(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if value is True:
            return ""
        if isinstance(value, date):
            return dated(value)
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return str(dict(field.choices).get(str(value), value))  # type: ignore[arg-type]
        return str(value)


class ListFilters(QueueFilters):
    """Of the list of all escalations: open or not, mine or not, in any order."""

    path = "/tickets/"
    own = ()

    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Any")), ("open", _("All open")), ("done", _("Resolved or closed")), *Status.choices],
    )
    watching = forms.BooleanField(label=_("Watched by me"), required=False)
    ordering = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("Newest first")),
            ("oldest", _("Oldest first")),
            ("due", _("Next clock first")),
            ("-due", _("Next clock last")),
            ("reported", _("Reported last")),
            ("-reported", _("Reported first")),
            ("severity", _("Gravest first")),
            ("-severity", _("Lightest first")),
            ("customer", _("Customer, A to Z")),
            ("-customer", _("Customer, Z to A")),
            ("level", _("Highest level first")),
            ("-level", _("Lowest level first")),
        ],
    )
    field_order = (
        *("q", "status", "severity", "customer", "owner", "team", "level", "tag"),
        *("source", "since", "until", "ordering", "breached", "watching"),
    )

    def apply(self, tickets: TicketQuerySet, at: datetime) -> TicketQuerySet:
        chosen = self.cleaned_data
        tickets = super().apply(tickets, at)
        if status := chosen.get("status"):
            open_or_done = {"open": True, "done": False}
            exact = {"resolved_at__isnull": open_or_done[status]} if status in open_or_done else {"status": status}
            tickets = tickets.filter(**exact)
        if chosen.get("watching"):
            tickets = tickets.filter(pk__in=self.user.watches.values("ticket"))
        return tickets.order_by(*ORDERINGS[chosen.get("ordering", "")])


FILTERS: dict[str, type[QueueFilters]] = {filters.path: filters for filters in (QueueFilters, ListFilters)}


def words(path: str, query: str) -> list[tuple[str, str]]:
    """What an address filters by, as (name, value), without asking the database: keys stay as they are."""
    filters = FILTERS.get(path, QueueFilters)
    given = QueryDict(filters.tidy(QueryDict(query)))
    return [_named(filters.base_fields.get(name), str(value)) for name, value in given.items()]


def _named(field: forms.Field | None, value: str) -> tuple[str, str]:
    return (str(field.label), _static_words(field, value)) if field else (str(TAB_LABELS.get(value, value)), "")


def _static_words(field: forms.Field, value: str) -> str:
    if isinstance(field, forms.BooleanField):
        return ""
    choices = getattr(field, "choices", None) if isinstance(field, forms.ChoiceField) else None
    return str(dict(choices).get(value, value)) if isinstance(choices, list) else value


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
