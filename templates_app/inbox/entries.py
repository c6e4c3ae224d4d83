"""Messages as their reader sees them in the app: in the language and the zone that are theirs now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from templates_app import mail
from templates_app.models import Notification
from templates_app.models.notification import WRITTEN

ASK = (
    "opened",
    "reopened",
    "escalated",
    "breach",
    "complaint",
    "reply",
    "returned",
    "severity",
    "assigned",
    "drill",
    "protocol",
)
REMIND = ("reminder", "at_risk", "action", "check_in")
# As the filter calls them, with what they are called on the page.
GROUPS = {"asked": (_("Asked of me"), ASK), "reminders": (_("Reminders"), REMIND), "other": (_("Good to know"), ())}


@dataclass(frozen=True)
class Entry:
    message: Notification
    subject: str

    @property
    def is_unread(self) -> bool:
        return self.message.read_at is None


def mine(user: Any) -> QuerySet[Notification]:
    return Notification.objects.filter(user_id=user.pk)


def unread_by(user: Any) -> QuerySet[Notification]:
    return mine(user).filter(read_at=None)


def in_group(messages: QuerySet[Notification], name: str) -> QuerySet[Notification]:
    if name == "other":
        return messages.exclude(kind__in=(*ASK, *REMIND))
    return messages.filter(kind__in=GROUPS[name][1])


def page(messages: QuerySet[Notification], before: Notification | None, size: int) -> list[Notification]:
    """Newest first, from just after `before` on; one row more than `size`, if there is one."""
    if before:
        at, key = before.created_at, before.pk
        messages = messages.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=key), created_at__lte=at)
    return list(messages.order_by("-created_at", "-pk")[: size + 1])


def entries(messages: Iterable[Notification], user: Any) -> list[Entry]:
    return [Entry(each, _subject(as_read_by(each, user))) for each in messages]


def as_read_by(message: Notification, user: Any) -> Notification:
    """Not to be saved."""
    message.time_zone = user.time_zone
    message.context = message.context | {"language": get_language()}
    return message


def told_at(message: Notification) -> datetime:
    """As seen from when its times are told: the same as in what left."""
    return message.sent_at or message.created_at


def _subject(message: Notification) -> str:
    """Without it, if it cannot be worded: a list must show the others."""
    try:
        return mail.subject_of(message, told_at(message))
    except (KeyError, TypeError, ValueError):
        return message.subject


def words_of(message: Notification) -> mail.Mail | None:
    """The message in full; None if its wording cannot be made."""
    try:
        return mail.compose([message], at=told_at(message))
    except (KeyError, TypeError, ValueError):
        return None


def button_of(message: Notification) -> tuple[str, str]:
    """What its button says and where it leads; empty for what a person wrote."""
    if message.kind in WRITTEN:
        return "", ""
    try:
        return mail.button_of(message, told_at(message))
    except (KeyError, TypeError, ValueError):
        return "", ""
