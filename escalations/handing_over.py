"""What somebody who leaves leaves behind: their open issues, and who takes them over."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contacts.models import User
from contacts.settings_pages.leaving import Work
from escalations.access import tickets_for
from escalations.errors import Invalid, NotAllowed
from escalations.models import Ticket


def owned(leaver: User, reader: User, most: int) -> tuple[Sequence[Ticket], int]:
    """The gravest first, of those that the reader may see; and how many there are in all."""
    seen = tickets_for(reader).open_ones().filter(owner=leaver).select_related("customer", "severity")
    return list(seen.order_by("severity", "pk")[:most]), Ticket.objects.open_ones().filter(owner=leaver).count()


def hand_over(leaver: User, to: User, by: User, at: datetime) -> int:
    """Each in a transaction of its own, also those that `by` may not open: whose account ends owns nothing. What
    somebody else took meanwhile is left alone. Raises ValidationError for somebody who cannot own issues."""
    if not to.may_work:
        raise ValidationError({"hand_to": _("%(name)s cannot own tickets. Choose somebody else.") % {"name": to.name}})
    went = 0
    for key in list(Ticket.objects.open_ones().filter(owner=leaver).order_by("severity", "pk").values_list("pk")):
        ticket = Ticket.objects.filter(pk=key[0], owner=leaver).first()
        if ticket is None:
            continue
        try:
            ticket.assign(owner=to, by=by, at=at)
        except (Invalid, NotAllowed):
            continue  # closed, or given away, a moment ago
        went += 1
    return went


WORK = Work(owned=owned, hand_over=hand_over)
