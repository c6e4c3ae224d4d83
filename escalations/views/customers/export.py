"""The list of customers as a file that the import takes back."""

import csv
from collections.abc import Iterator
from datetime import tzinfo

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.customer_contacts import FIELDS as CONTACT_FIELDS
from contacts.customer_import.cells import COLUMNS
from contacts.customers import facts
from contacts.models import Customer, CustomerContact
from contacts.spreadsheets.writing import BOM, Echo, safe
from escalations.access import customers_for
from escalations.customer_filters import CustomerFilters

CHUNK = 500
FACTS = ("slug", "name", "tier", "annual_value", "currency", "renewal_on", "health", "team")
MAIL = ("domains", "language")


@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """All that the list finds, whatever the page. Whoever may read may export."""
    found = CustomerFilters(request.GET).apply(customers_for(request.user))
    # The stream runs after the middleware that knows the person's time zone.
    response = StreamingHttpResponse(
        _lines(found, timezone.get_current_timezone()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="customers-{timezone.localdate():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(customers: QuerySet[Customer], zone: tzinfo) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield BOM + writer.writerow(COLUMNS)
    for customer in customers.select_related("team").prefetch_related("contacts").iterator(chunk_size=CHUNK):
        for cells in _rows(customer, zone):
            yield writer.writerow([safe(cell) for cell in cells])


def _rows(customer: Customer, zone: tzinfo) -> Iterator[list[str]]:
    """One row, and one more for every further contact."""
    known = facts(customer)
    left = customer.churned_at
    first, *others = [*customer.contacts.all()] or [CustomerContact()]
    yield [
        *(known[name] for name in FACTS),
        left.astimezone(zone).date().isoformat() if left else "",
        customer.churn_reason,
        *_person(first),
        *(known[name] for name in MAIL),
    ]
    for contact in others:
        yield [customer.slug, *[""] * (len(FACTS) + 1), *_person(contact)]


def _person(contact: CustomerContact) -> list[str]:
    return [getattr(contact, name) for name in CONTACT_FIELDS]
