"""What is said by channels that are no person's mailbox: to the desk's room, and by a test of an address."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace

from django.utils.translation import gettext as _

from templates_app.letter import Letter, from_ticket, url_of
from templates_app.models import Notification
from templates_app.moments import Reader


def _of_room(message: Notification, reader: Reader) -> Letter:
    """`what` has happened, for everybody: no link that acts for one person, nothing asked of anybody."""
    told_as = copy(message)
    told_as.kind = message.context["what"]
    letter = from_ticket(told_as, reader)
    button_url = letter.ticket_url
    return replace(letter, kind="room", what=told_as.kind, button=_("Open %s") % letter.number, button_url=button_url)


def _of_test(message: Notification, reader: Reader) -> Letter:
    return Letter(
        kind="test",
        title=_("This is a test"),
        button=_("Open your settings"),
        button_url=url_of(message.context["path"]),
        when=reader.time(message.due_at),
        zone=reader.zone_sentence(),
    )


READERS: dict[str, Callable[[Notification, Reader], Letter]] = {"room": _of_room, "test": _of_test}
