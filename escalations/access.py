"""Who may see and do what: everybody of the desk sees every issue; auditors read, all others may act.

Pages and the API fetch through here, so that one place decides.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from contacts.access import must_manage, must_work
from contacts.models import Customer
from escalations.models import Ticket
from escalations.models.ticket import TicketQuerySet

__all__ = ["customer_or_404", "customers_for", "must_manage", "must_work", "ticket_or_404", "tickets_for"]


def tickets_for(user: Any) -> TicketQuerySet:
    """The tickets this person may see."""
    return Ticket.objects.all() if user.is_authenticated and user.is_active else Ticket.objects.none()


def ticket_or_404(user: Any, number: str, tickets: TicketQuerySet | None = None) -> Ticket:
    try:
        return (tickets_for(user) if tickets is None else tickets).by_number(number)
    except Ticket.DoesNotExist as error:
        raise Http404(_("There is no issue %(number)s.") % {"number": number}) from error


def customers_for(user: Any) -> QuerySet[Customer]:
    """The customers this person may see."""
    return Customer.objects.all() if user.is_authenticated and user.is_active else Customer.objects.none()


def customer_or_404(user: Any, slug: str) -> Customer:
    customer = customers_for(user).select_related("team").filter(slug=slug).first()
    if customer is None:
        raise Http404(_("There is no customer “%(slug)s”.") % {"slug": slug})
    return customer
