"""How a customer fares: said now, and kept."""

from datetime import datetime

from django.db import transaction

from contacts.models.customers import Customer, Health
from contacts.models.history import HealthRecord
from contacts.models.people import User

LONGEST_NOTE = 300


@transaction.atomic
def record_health(
    *, customer: Customer, health: str, note: str, by: User | None, at: datetime, about: str = ""
) -> HealthRecord:
    """The customer's health from `at` on, as `by` saw it (nobody: a program). `about` is a ticket's number, if one led
    to it. A longer note is cut; the same health again is a record, too: somebody has looked."""
    if health not in Health.values:
        raise ValueError(f"no health: {health}")
    customer.health = health
    Customer.objects.filter(pk=customer.pk).update(health=health)
    return HealthRecord.objects.create(
        customer=customer, health=health, note=note[:LONGEST_NOTE], about=about, by=by, at=at
    )
