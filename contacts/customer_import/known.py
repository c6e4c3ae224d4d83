"""What is known already of the customers that a file names, in a handful of queries whatever their number."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from contacts.models import Customer, CustomerContact

CHUNK = 5000  # values in one query


class Known:
    """Customers by short name in small letters, their contacts in order."""

    def __init__(self, slugs: Iterable[str], *, lock: bool = False) -> None:
        self.customers: dict[str, Customer] = {}
        for chunk in _chunks(sorted(set(slugs))):
            rows: QuerySet[Customer] = Customer.objects.annotate(low=Lower("slug")).filter(low__in=chunk)
            rows = rows.select_related("team").order_by("pk")
            self.customers |= {
                each.slug.lower(): each for each in (rows.select_for_update(of=("self",)) if lock else rows)
            }
        self.contacts: dict[int, list[CustomerContact]] = {}
        for keys in _chunks([customer.pk for customer in self.customers.values()]):
            for contact in CustomerContact.objects.filter(customer__in=keys).order_by("position", "pk"):
                self.contacts.setdefault(contact.customer_id, []).append(contact)


def short_names(names: Iterable[str]) -> dict[str, list[str]]:
    """Of customers who are called so, by name in small letters."""
    found: dict[str, list[str]] = {}
    for chunk in _chunks(sorted(set(names))):
        called = Q(name__in=chunk) | Q(low__in=[name.lower() for name in chunk])
        for slug, name in Customer.objects.annotate(low=Lower("name")).filter(called).values_list("slug", "name"):
            found.setdefault(name.lower(), []).append(slug)
    return found


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
