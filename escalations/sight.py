"""Who decides who may see an issue, and who of some people may not see it yet.

One rule wherever people are named in an issue: whoever is asked to act (owner, response team, handed over to, told by
the ladder) is let in by that, and the history says so; whoever would only be told of it (mentioned) has to be let in
first, by hand. So nobody comes to see an issue by a slip of the pen, and nobody is asked to do what they cannot see.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models import SiteSettings, User
from escalations.errors import Invalid
from escalations.models import Ticket, TicketAccess


def may_keep(user: Any, ticket: Ticket) -> bool:
    """Whether this person, who sees the issue, decides who else does: managers and administrators, and whoever works on
    it: its owner, who has it, the response team, and who logged it. While nobody owns it, everybody who works."""
    if not user.may_work:
        return False
    if user.may_manage or ticket.owner_id is None:
        return True
    if user.pk in (ticket.owner_id, ticket.taken_by_id, ticket.created_by_id):
        return True
    return ticket.responders.filter(user=user.pk, left_at=None).exists()


def must_keep(user: Any, ticket: Ticket) -> None:
    if not may_keep(user, ticket):
        raise PermissionDenied(_("Its owner, whoever works on it, and managers decide who may see this issue."))


def blind(ticket: Ticket, people: Iterable[User]) -> list[User]:
    """Those of `people` who may not see the issue. No query where it is open to everybody."""
    from escalations.access import is_restricted, tickets_for

    people = list(people)
    if not people:
        return []
    if ticket.confidential:
        named = set(TicketAccess.objects.filter(ticket=ticket.pk).values_list("user_id", flat=True))
        return [user for user in people if user.pk not in named]
    if not SiteSettings.current().own_team_only:
        return []
    return [user for user in people if is_restricted(user) and not tickets_for(user).filter(pk=ticket.pk).exists()]


def must_see(ticket: Ticket, people: Iterable[User], field: str) -> None:
    """Raises Invalid for `field` if somebody who would only be told of the issue may not see it."""
    if unseeing := blind(ticket, people):
        names = {"names": ", ".join(user.name for user in unseeing)}
        said = ngettext(
            "%(names)s may not see this issue. Let them in on the page “Who may see it”, or leave them out.",
            "These may not see this issue: %(names)s. Let them in on the page “Who may see it”, or leave them out.",
            len(unseeing),
        )
        raise Invalid(**{field: said % names})


def against_merging(ticket: Ticket, into: Ticket) -> str:
    """Why merging would show somebody what they may not see; "" if it would not."""
    names = {"this": ticket.number, "other": into.number}
    if ticket.confidential and not into.confidential:
        said = _(
            "%(this)s is confidential and %(other)s is not: everybody would read what is in it. Make %(other)s "
            "confidential first, or leave the two apart."
        )
        return said % names
    if into.confidential and not ticket.confidential:
        said = _(
            "%(other)s is confidential and %(this)s is not: whoever opens this one would learn of it. Make it "
            "confidential first, or leave the two apart."
        )
        return said % names
    if not ticket.confidential:
        return ""
    here = ticket.access.values("user")
    more = User.objects.filter(pk__in=into.access.values("user")).exclude(pk__in=here).order_by("pk")
    if not more:
        return ""
    names["people"] = ", ".join(user.name for user in more)
    return _("These may see %(other)s, but not %(this)s: %(people)s. Let them see %(this)s first.") % names
