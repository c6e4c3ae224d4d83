"""The filters of the list of customers, read from the query string."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.http import QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from contacts.models import Customer, CustomerContact, Team
from contacts.models.customers import Health
from escalations.customers import GRAVE, has_open_issues
from escalations.models import Ticket

WORST_FIRST = Case(
    *(When(health=health, then=Value(rank)) for rank, health in enumerate(("red", "yellow", "green"))),
    output_field=IntegerField(),
)
ORDERINGS: dict[str, tuple[Any, ...]] = {
    "": (Lower("name"), "pk"),
    "-name": (Lower("name").desc(), "-pk"),
    "value": (F("annual_value").desc(nulls_last=True), "pk"),
    "-value": (F("annual_value").asc(nulls_last=True), "pk"),
    "renewal": (F("renewal_on").asc(nulls_last=True), "pk"),
    "-renewal": (F("renewal_on").desc(nulls_last=True), "pk"),
    "health": (WORST_FIRST, Lower("name"), "pk"),
    "-health": (WORST_FIRST.desc(), Lower("name"), "pk"),
    "issues": ("-open_issues", Lower("name"), "pk"),
    "-issues": ("open_issues", Lower("name"), "pk"),
}
MOST_TIERS = 60
MOST_WORDS = 6


class CustomerFilters(forms.Form):
    """Whatever is not understood is left out: an old bookmark still shows a list."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200, widget=forms.TextInput({"type": "search"}))
    tier = forms.CharField(label=_("Tier"), required=False, max_length=40, widget=forms.Select)
    health = forms.ChoiceField(label=_("Health"), required=False, choices=[("", _("Any")), *Health.choices])
    team = forms.SlugField(label=_("Team"), required=False, widget=forms.Select)
    renewal = forms.ChoiceField(
        label=_("Renewal"),
        required=False,
        choices=[
            ("", _("Any")),
            ("30", _("Within 30 days")),
            ("90", _("Within 90 days")),
            ("past", _("Past")),
            ("none", _("None")),
        ],
    )
    issues = forms.ChoiceField(
        label=_("Open issues"),
        required=False,
        choices=[("", _("Any")), ("open", _("With open issues")), ("grave", _("With a P1 or P2"))],
    )
    state = forms.ChoiceField(
        label=_("Customers"),
        required=False,
        choices=[("", _("Active")), ("churned", _("Churned")), ("all", _("All"))],
    )
    ordering = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("A to Z")),
            ("-name", _("Z to A")),
            ("value", _("Highest value first")),
            ("-value", _("Lowest value first")),
            ("renewal", _("Next renewal first")),
            ("-renewal", _("Last renewal first")),
            ("health", _("Worst health first")),
            ("-health", _("Best health first")),
            ("issues", _("Most open issues first")),
            ("-issues", _("Fewest open issues first")),
        ],
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.full_clean()

    def offer(self) -> None:
        """Before the form is shown: the tiers and teams that there are."""
        tiers = (
            Customer.objects.exclude(tier="").order_by("tier").values_list("tier", flat=True).distinct()[:MOST_TIERS]
        )
        teams = Team.objects.values_list("slug", "name")
        for name, choices in (("tier", [(tier, tier) for tier in tiers]), ("team", list(teams))):
            self.fields[name].widget.choices = [("", _("Any")), *choices]

    def apply(self, customers: QuerySet[Customer]) -> QuerySet[Customer]:
        """Those that fit, in the order that was asked for."""
        ordering = self.cleaned_data.get("ordering", "")
        found = self.narrow(customers)
        return (with_count(found) if ordering.endswith("issues") else found).order_by(*ORDERINGS[ordering])

    def narrow(self, customers: QuerySet[Customer]) -> QuerySet[Customer]:
        chosen = self.cleaned_data
        exact = {"tier": "tier", "health": "health", "team": "team__slug"}
        customers = customers.filter(**{column: chosen[name] for name, column in exact.items() if chosen.get(name)})
        if (state := chosen.get("state", "")) != "all":
            customers = customers.filter(churned_at__isnull=state != "churned")
        if issues := chosen.get("issues"):
            customers = customers.filter(has_open_issues(*(GRAVE if issues == "grave" else ())))
        customers = _renewing(customers, chosen.get("renewal", ""))
        for word in chosen.get("q", "").split()[:MOST_WORDS]:
            customers = customers.filter(_said(word))
        return customers

    @property
    def is_narrowed(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "ordering")


def with_count(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """`open_issues` of each; for ordering alone, because it looks at every customer there is."""
    counts = Ticket.objects.open_ones().filter(customer=OuterRef("pk")).order_by().values("customer")
    return customers.annotate(open_issues=Coalesce(Subquery(counts.annotate(n=Count("pk")).values("n")), 0))


def _renewing(customers: QuerySet[Customer], when: str) -> QuerySet[Customer]:
    today = localdate()
    if when == "none":
        return customers.filter(renewal_on=None)
    if when == "past":
        return customers.filter(renewal_on__lt=today)
    if when:
        return customers.filter(renewal_on__gte=today, renewal_on__lte=today + timedelta(days=int(when)))
    return customers


def _said(word: str) -> Any:
    people = CustomerContact.objects.filter(customer=OuterRef("pk"))
    people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return Q(name__icontains=word) | Q(slug__icontains=word) | Q(tier__icontains=word) | Exists(people)
