"""Whose mail is it? By address alone: names are made up easily."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from contacts.domains import FREEMAIL, domain_of
from contacts.models import Contact, Customer, CustomerContact, User
from escalations.actors import Actor
from escalations.models import Ticket
from templates_app.inbound.reading import Letter
from templates_app.plain import one_line


@dataclass(frozen=True)
class Colleague:
    """One of us: a user, or somebody of the contact matrix who has no account. `may_write`: auditors only read."""

    actor: Actor
    may_write: bool = True


def colleague(address: str) -> Colleague | None:
    user = User.objects.filter(email__iexact=address, is_active=True).first()
    if user:
        return Colleague(Actor.of(user), user.may_work)
    contact = Contact.objects.filter(email__iexact=address, user=None).exclude(name="").order_by("pk").first()
    return Colleague(Actor.outsider(contact.name)) if contact else None


def customers_of(address: str) -> list[Customer]:
    """Those who claim this sender: one of their contacts has the address, or its domain is theirs. Two, if they are
    not sure of it themselves."""
    domain = domain_of(address)
    found = Q(contacts__email__iexact=address)
    if is_their_own(domain):
        found |= Q(listed__contains=f'"{domain}"')
    listed = Customer.objects.annotate(listed=Cast("domains", TextField()))
    return list(listed.filter(found).distinct().select_related("team").order_by("pk")[:5])


def is_of_the_customer(address: str, ticket: Ticket) -> bool:
    """Whether this address is one of the customer's people on this issue."""
    named = [ticket.reporter_email, *ticket.cc, *ticket.customer.contacts.values_list("email", flat=True)]
    if address in (each.lower() for each in named if each):
        return True
    domain = domain_of(address)
    return is_their_own(domain) and domain in ticket.customer.domains


def outsider(letter: Letter, customer: Customer | None = None) -> Actor:
    """Somebody at the customer, by the name that we know them by; else as they sign, with the address."""
    if customer and (known := known_name(letter.sender, customer)):
        return Actor.outsider(known)
    name = one_line(letter.sender_name)
    return Actor.outsider(f"{name[:60]} <{letter.sender}>" if name and letter.sender else name or letter.sender or "?")


def known_name(address: str, customer: Customer) -> str:
    contact = CustomerContact.objects.filter(customer=customer, email__iexact=address).first()
    return contact.name if contact else ""


def is_their_own(domain: str) -> bool:
    """A domain that may tell a customer: neither everybody's nor ours."""
    ours = (settings.INBOUND_ADDRESS, settings.DEFAULT_FROM_EMAIL.strip(" >"))
    return bool(domain) and domain not in FREEMAIL and domain not in {domain_of(each) for each in ours}
