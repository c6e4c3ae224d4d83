"""Finding tickets by what a person types: a number, words of the subject, a customer's name."""

from django.db.models import Q

from contacts.models import Customer
from escalations.models.ticket import TicketQuerySet, primary_key_of


def matching(tickets: TicketQuerySet, q: str) -> TicketQuerySet:
    """Every word must be found in the subject, or in the customer's name or short name; a number finds its ticket."""
    if not q:
        return tickets
    found = Q(pk=primary_key_of(q))
    words = Q()
    for word in q.split()[:6]:
        customers = Customer.objects.filter(Q(name__icontains=word) | Q(slug__icontains=word)).values("pk")
        words &= Q(subject__icontains=word) | Q(customer__in=customers)
    return tickets.filter(found | words)
