"""The customers and our people there."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from config.rest.fields import Choice, Line, Named
from config.rest.permissions import Manages
from config.rest.query import YesNo
from config.rest.serializers import StrictModel
from config.rest.views import Changed, Created, Deleted, Listed, Noun, PageQuery, Retrieved
from contacts.models import Customer, CustomerContact, Team
from contacts.models.customers import Health

MOST_CONTACTS = 100


class CustomerContactShape(StrictModel):
    class Meta:
        model = CustomerContact
        fields = ["name", "title", "email", "phone"]


class CustomerShape(StrictModel):
    currency = serializers.RegexField("^[A-Z]{3}$", required=False, help_text="ISO 4217.")
    team = Named("slug", queryset=Team.objects.all(), allow_null=True, required=False)
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
            "contacts",
        ]

    def validate_slug(self, slug: str) -> str:
        others = Customer.objects.exclude(pk=self.instance.pk if self.instance else None)
        if others.filter(slug=slug).exists():
            raise serializers.ValidationError(_("There is a customer of this name already."))
        return slug

    def create(self, values: dict[str, Any]) -> Customer:
        people = values.pop("contacts", [])
        customer = Customer.objects.create(**values)
        self._write(customer, people)
        return customer

    @transaction.atomic
    def update(self, customer: Customer, values: dict[str, Any]) -> Customer:
        people = values.pop("contacts", None)
        for name, value in values.items():
            setattr(customer, name, value)
        customer.save()
        if people is not None:
            customer.contacts.all().delete()
            self._write(customer, people)
        return customer

    @staticmethod
    def _write(customer: Customer, people: list[dict[str, Any]]) -> None:
        CustomerContact.objects.bulk_create(
            CustomerContact(customer=customer, position=position, **person) for position, person in enumerate(people)
        )


class CustomerQuery(PageQuery):
    q = Line(required=False, max_length=200, help_text="Part of the name or short name.")
    health = Choice(Health.choices, required=False)
    churned = YesNo(required=False)


class Customers(Listed, Retrieved, Created, Changed, Deleted, Noun):
    """Customers. One with tickets cannot be deleted; mark it churned."""

    shape = CustomerShape
    takes = {"create": CustomerShape, "partial_update": CustomerShape}
    asks = {"list": CustomerQuery}
    orders = {"": ("name", "pk")}
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
        return rows
