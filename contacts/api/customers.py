"""The customers and our people there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError as Refused
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from config.rest.fields import Choice, Day, Line, Named
from config.rest.permissions import Manages
from config.rest.query import Order, YesNo
from config.rest.serializers import StrictModel
from config.rest.views import Changed, Created, Deleted, Listed, Noun, PageQuery, Retrieved
from contacts.customer_contacts import in_words
from contacts.customers import change_customer, create_customer, log_contacts
from contacts.domains import MOST, tidied
from contacts.models import Customer, CustomerContact, Team
from contacts.models.customers import Health
from contacts.models.history import ChangeKind, Source

MOST_CONTACTS = 100


class CustomerContactShape(StrictModel):
    class Meta:
        model = CustomerContact
        fields = ["name", "title", "email", "phone"]


class CustomerShape(StrictModel):
    currency = serializers.RegexField("^[A-Z]{3}$", required=False, help_text="ISO 4217.")
    team = Named("slug", queryset=Team.objects.all(), allow_null=True, required=False)
    domains = serializers.ListField(
        child=Line(max_length=253),
        required=False,
        max_length=MOST,
        help_text="Mail domains whose senders open issues for this customer, such as acme.example.",
    )
    language = Choice(settings.LANGUAGES, allow_blank=True, required=False, help_text="Empty: the site's own.")
    contacts = CustomerContactShape(
        many=True,
        required=False,
        max_length=MOST_CONTACTS,
        help_text="In order; the first gets the messages. Written as a whole.",
    )

    class Meta:
        model = Customer
        fields = [
            "slug",
            "name",
            "tier",
            "annual_value",
            "currency",
            "renewal_on",
            "health",
            "churned_at",
            "team",
            "domains",
            "language",
            "contacts",
        ]

    def validate_slug(self, slug: str) -> str:
        others = Customer.objects.exclude(pk=self.instance.pk if self.instance else None)
        if others.filter(slug=slug).exists():
            raise serializers.ValidationError(_("There is a customer of this name already."))
        return slug

    def validate_domains(self, found: list[str]) -> list[str]:
        return tidied(" ".join(found))

    def create(self, values: dict[str, Any]) -> Customer:
        people = values.pop("contacts", [])
        with _refusals(), transaction.atomic():
            customer = create_customer(values=values, **self._who())
            self._write(customer, people)
        return customer

    def update(self, customer: Customer, values: dict[str, Any]) -> Customer:
        people = values.pop("contacts", None)
        if "churned_at" in values and values["churned_at"] is None:
            values["churn_reason"] = ""
        with _refusals(), transaction.atomic():
            change_customer(customer=customer, values=values, kind=_kind(customer, values), **self._who())
            if people is not None:
                self._replace(customer, people)
        return customer

    def _replace(self, customer: Customer, people: list[dict[str, Any]]) -> None:
        before = [in_words(contact) for contact in customer.contacts.all()]
        customer.contacts.all().delete()
        after = [in_words(contact) for contact in self._write(customer, people)]
        customer._prefetched_objects_cache = {}
        if before != after:
            changed = {"what": "contact", "from": "; ".join(before), "to": "; ".join(after)}
            log_contacts(customer, [changed], **self._who())

    def _who(self) -> dict[str, Any]:
        return {"by": self.context["request"].user, "at": timezone.now(), "source": Source.API}

    @staticmethod
    def _write(customer: Customer, people: list[dict[str, Any]]) -> list[CustomerContact]:
        return CustomerContact.objects.bulk_create(
            CustomerContact(customer=customer, position=position, **person) for position, person in enumerate(people)
        )


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Refused as error:
        raise serializers.ValidationError(error.message_dict) from None


def _kind(customer: Customer, values: dict[str, Any]) -> str:
    """What the log calls it."""
    if "churned_at" not in values or bool(values["churned_at"]) == customer.is_churned:
        return ChangeKind.CHANGED
    return ChangeKind.CHURNED if values["churned_at"] else ChangeKind.WON_BACK


ORDERS = {
    "name": ("name", "pk"),
    "-name": ("-name", "-pk"),
    "annual_value": ("annual_value", "pk"),
    "-annual_value": ("-annual_value", "-pk"),
}


class CustomerQuery(PageQuery):
    q = Line(required=False, max_length=200, help_text="Part of the name or short name.")
    health = Choice(Health.choices, required=False)
    churned = YesNo(required=False)
    team = Named("slug", queryset=Team.objects.all(), required=False)
    tier = Line(required=False, max_length=40)
    renewal_from = Day(required=False)
    renewal_before = Day(required=False)
    ordering = Order(list(ORDERS), required=False, help_text="By name, if not given.")


class Customers(Listed, Retrieved, Created, Changed, Deleted, Noun):
    """Customers. One with tickets cannot be deleted; mark it churned."""

    shape = CustomerShape
    takes = {"create": CustomerShape, "partial_update": CustomerShape}
    asks = {"list": CustomerQuery}
    orders = ORDERS
    permission_classes = [Manages]
    queryset = Customer.objects.select_related("team").prefetch_related("contacts")
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return self._filtered(rows) if self.action == "list" else rows

    def _filtered(self, rows: Any) -> Any:
        query = self.query
        if "q" in query:
            rows = rows.filter(name__icontains=query["q"]) | rows.filter(slug__icontains=query["q"])
        if "health" in query:
            rows = rows.filter(health=query["health"])
        if "churned" in query:
            rows = rows.filter(churned_at__isnull=not query["churned"])
        columns = {"team": "team", "tier": "tier__iexact"}
        columns |= {"renewal_from": "renewal_on__gte", "renewal_before": "renewal_on__lt"}
        return rows.filter(**{column: query[name] for name, column in columns.items() if name in query})
