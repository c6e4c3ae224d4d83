"""Who may see and do what: pages and the API fetch through here, so that one place decides.

A confidential issue is seen by the people whom `TicketAccess` names, and by nobody else, whatever their role. Of the
others everybody sees all, unless the desk keeps teams apart (`SiteSettings.own_team_only`): then customer success
managers and managers see the issues of their team, and those that are theirs: owned, logged, taken or worked on by
them, told to them by the ladder, or opened to them by name. Executives, administrators and auditors see every team.

What a person sees has two parts that share no row, so that sums can be kept for one and made for the other:
`core_for` is a plain condition on columns, `extras_for` the few further rows, found by small indexed subqueries.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from contacts.access import must_manage, must_work
from contacts.models import Customer, SiteSettings
from contacts.models.people import Role
from escalations.models import Escalation, Responder, Ticket, TicketAccess
from escalations.models.ticket import TicketQuerySet
from templates_app.models import Notification

__all__ = [
    "core",
    "core_for",
    "customer_or_404",
    "customers_for",
    "extras",
    "extras_for",
    "is_restricted",
    "must_manage",
    "must_work",
    "ticket_or_404",
    "tickets_for",
]

OPEN_TO_ALL = Q(confidential="")
BY_TEAM = (Role.CSM, Role.MANAGER)


def is_restricted(user: Any) -> bool:
    """Whether this person sees the issues of their own team only. One query a request at most."""
    if user.is_superuser or user.role not in BY_TEAM:
        return False
    if not hasattr(user, "_own_team_only"):
        user._own_team_only = SiteSettings.current().own_team_only
    return bool(user._own_team_only)


def core_for(user: Any) -> TicketQuerySet:
    """The tickets that this person sees for being who they are: not confidential, and of their team if that matters."""
    return Ticket.objects.filter(core(user)) if _is_in(user) else Ticket.objects.none()


def extras_for(user: Any) -> TicketQuerySet:
    """All further tickets that this person may see; none of them is in `core_for`."""
    return Ticket.objects.filter(extras(user)) if _is_in(user) else Ticket.objects.none()


def tickets_for(user: Any) -> TicketQuerySet:
    """The tickets this person may see."""
    # The condition on columns stands first and by itself, so that a list goes on walking its index.
    return Ticket.objects.filter(core(user) | extras(user)) if _is_in(user) else Ticket.objects.none()


def _is_in(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


def core(user: Any) -> Q:
    """`core_for` as a condition on the columns of a ticket."""
    if not is_restricted(user):
        return OPEN_TO_ALL
    return OPEN_TO_ALL & (Q(team=user.team_id) if user.team_id else Q(pk__in=[]))


def extras(user: Any) -> Q:
    """`extras_for` as such a condition."""
    named = Q(pk__in=TicketAccess.objects.filter(user=user.pk).values("ticket"))
    kept = ~OPEN_TO_ALL & named
    if not is_restricted(user):
        return kept
    helps = Responder.objects.filter(user=user.pk, left_at=None).values("ticket")
    heard = Notification.objects.filter(user_id=user.pk, escalation_id__isnull=False).values("escalation_id")
    told = Escalation.objects.filter(pk__in=heard).values("ticket")
    theirs = named | Q(owner=user.pk) | Q(created_by=user.pk) | Q(taken_by=user.pk) | Q(pk__in=helps) | Q(pk__in=told)
    elsewhere = Q(team=None) | ~Q(team=user.team_id) if user.team_id else Q()
    return kept | (OPEN_TO_ALL & elsewhere & theirs)


def ticket_or_404(user: Any, number: str, tickets: TicketQuerySet | None = None) -> Ticket:
    try:
        return (tickets_for(user) if tickets is None else tickets).by_number(number)
    except Ticket.DoesNotExist as error:
        raise Http404(_("There is no issue %(number)s.") % {"number": number}) from error


def customers_for(user: Any) -> QuerySet[Customer]:
    """The customers this person may see: where teams are kept apart, those of their team, of none, or with an issue
    that they may see."""
    if not _is_in(user):
        return Customer.objects.none()
    if not is_restricted(user):
        return Customer.objects.all()
    seen = tickets_for(user).filter(customer=OuterRef("pk"))
    return Customer.objects.filter(Q(team=user.team_id) | Q(team=None) | Exists(seen))


def customer_or_404(user: Any, slug: str) -> Customer:
    customer = customers_for(user).select_related("team").filter(slug=slug).first()
    if customer is None:
        raise Http404(_("There is no customer “%(slug)s”.") % {"slug": slug})
    return customer
