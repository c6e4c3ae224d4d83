"""What stands behind the settings page and is no business of contacts: tickets, the outbox, the internet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contacts.models import User


@dataclass(frozen=True)
class Desk:
    """`saved` is called with whoever changed something, in the same transaction. `severities` are codes with names.
    `check` raises ValueError, with words for people, for an address to which nothing may be sent. `test` queues a
    message to somebody by one channel, and returns the address of the page that shows what became of it."""

    saved: Callable[[User, datetime], None]
    severities: Callable[[], list[tuple[str, str]]]
    check: Callable[[str], None]
    new_secret: Callable[[], str]
    test: Callable[[User, str, datetime], str]
