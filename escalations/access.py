"""Who may see and do what: everybody of the desk sees every issue; auditors read, all others may act.

Pages and the API fetch through here, so that one place decides.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from escalations.models import Ticket
from escalations.models.ticket import TicketQuerySet


def tickets_for(user: Any) -> TicketQuerySet:
    """The tickets this person may see."""
    return Ticket.objects.all() if user.is_authenticated and user.is_active else Ticket.objects.none()


def ticket_or_404(user: Any, number: str, tickets: TicketQuerySet | None = None) -> Ticket:
    try:
        return (tickets_for(user) if tickets is None else tickets).by_number(number)
    except Ticket.DoesNotExist as error:
        raise Http404(_("There is no issue %(number)s.") % {"number": number}) from error


def must_work(user: Any) -> None:
    """Refuse people who only read."""
    if not user.may_work:
        raise PermissionDenied(_("You can read here, but not change anything."))
