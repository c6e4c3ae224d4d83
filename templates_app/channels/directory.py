"""Where people are reached besides by e-mail. The outbox knows no people: who calls it hands it this as well."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from templates_app.models import Notification


@dataclass(frozen=True)
class Target:
    """`secret` signs what goes there. `refused`: why nothing is sent there any more; empty while all is well."""

    url: str
    secret: str = ""
    refused: str = ""


class Directory:
    """Knows nobody. The last two run in the transaction that changes the message."""

    def targets(self, channel: str, users: Collection[int]) -> Mapping[int, Target]:
        """Their addresses on this channel, by user."""
        return {}

    def took(self, channel: str, messages: Collection[Notification], at: datetime) -> None:
        """The other side took these."""

    def refused(self, channel: str, message: Notification, reason: str, at: datetime) -> None:
        """The address of this message refuses for good. Other channels are left, or `failed` would be told."""
