"""Our people at a customer. They stand in an order: the first one with an address gets the messages."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.customers import log_contacts
from contacts.models import Customer, CustomerContact, User

FIELDS = ("name", "title", "email", "phone")
MOST = 100  # a customer


def in_words(contact: CustomerContact) -> str:
    """As "Dana Whitfield, VP Digital, dana@larkfield.example"."""
    return ", ".join(part for part in (contact.name, contact.title, contact.email, contact.phone) if part)


@transaction.atomic
def add_contact(*, customer: Customer, values: Mapping[str, str], by: User | None, at: datetime) -> CustomerContact:
    """At the end of the order. Raises ValidationError for values that cannot be used, or beyond MOST."""
    others = _lock(customer)
    if len(others) >= MOST:
        raise ValidationError(_("%(n)s contacts are enough. Remove one first.") % {"n": MOST})
    contact = CustomerContact(customer=customer, position=others[-1].position + 1 if others else 0, **values)
    contact.full_clean(exclude=["customer"])
    contact.save()
    log_contacts(customer, [{"what": "contact", "from": "", "to": in_words(contact)}], by=by, at=at)
    return contact


@transaction.atomic
def change_contact(*, contact: CustomerContact, values: Mapping[str, str], by: User | None, at: datetime) -> None:
    """Raises ValidationError for values that cannot be used."""
    before = in_words(contact)
    for name, value in values.items():
        setattr(contact, name, value)
    contact.full_clean(exclude=["customer"])
    contact.save(update_fields=[*values])
    if in_words(contact) != before:
        changed = {"what": "contact", "from": before, "to": in_words(contact)}
        log_contacts(contact.customer, [changed], by=by, at=at)


@transaction.atomic
def remove_contact(*, contact: CustomerContact, by: User | None, at: datetime) -> None:
    log_contacts(contact.customer, [{"what": "contact", "from": in_words(contact), "to": ""}], by=by, at=at)
    contact.delete()


@transaction.atomic
def move_contact(*, contact: CustomerContact, up: bool, by: User | None, at: datetime) -> None:
    """Change places with the neighbour; at the end of the order nothing happens."""
    order = _lock(contact.customer)
    here = next(index for index, each in enumerate(order) if each.pk == contact.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return
    before = ", ".join(each.name for each in order)
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order):
        if each.position != position:
            CustomerContact.objects.filter(pk=each.pk).update(position=position)
    after = ", ".join(each.name for each in order)
    log_contacts(contact.customer, [{"what": "order", "from": before, "to": after}], by=by, at=at)


def _lock(customer: Customer) -> list[CustomerContact]:
    """The contacts in their order; two people who move them take turns."""
    Customer.objects.select_for_update().get(pk=customer.pk)
    return list(customer.contacts.order_by("position", "pk"))
