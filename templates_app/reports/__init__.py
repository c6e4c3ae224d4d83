"""What other machines say about mail that has left: reports of a mail provider, and bounces of mail servers.

A report is written down first and read afterwards. What a message's row says is computed anew from all reports about
it, so that neither doubles nor disorder change anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from templates_app.models import Notification


class Kind(TextChoices):
    DELIVERED = "delivered", _("Delivered")
    OPENED = "opened", pgettext_lazy("a mail", "Opened")
    DEFERRED = "deferred", _("Delayed")
    BOUNCED = "bounced", _("Came back")
    REJECTED = "rejected", _("Rejected")
    COMPLAINED = "complained", _("Marked as spam")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed at the provider")


FAILED = (Kind.BOUNCED, Kind.REJECTED)
# The provider sends nothing to this address any more, whatever it is.
SHUT = (Kind.COMPLAINED, Kind.UNSUBSCRIBED)


def _nothing(*args: object) -> None:
    """Nobody outside the outbox wants to know."""


@dataclass(frozen=True)
class Consequences:
    """What follows outside the outbox. `failed`, `delivered` and `opened` run in the transaction that changes the rows;
    `shut` is told an address, why, and when."""

    failed: Callable[[Notification, datetime], None]
    delivered: Callable[[list[Notification], datetime], None] = _nothing
    opened: Callable[[list[Notification], datetime], None] = _nothing
    shut: Callable[[str, str, datetime], None] = _nothing
