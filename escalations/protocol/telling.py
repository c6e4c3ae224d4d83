"""Who hears of what happens to a version: those who are asked to sign, and whoever began the draft."""

from collections.abc import Iterable
from datetime import datetime

from contacts.models import User
from escalations.models.version import ProtocolVersion, Signature


def asked(draft: ProtocolVersion, row: Signature, by: User, at: datetime) -> None:
    """Somebody is asked to sign for an office."""


def sign_again(draft: ProtocolVersion, given: Iterable[Signature], by: User, at: datetime) -> None:
    """The draft was changed: those who had signed look at it again."""


def all_signed(version: ProtocolVersion, at: datetime) -> None:
    """All three have signed; it comes into force on its date."""


def in_force(version: ProtocolVersion, at: datetime) -> None:
    """It is in force."""


def withdrawn(version: ProtocolVersion, by: User, at: datetime) -> None:
    """Nobody needs to sign it any more."""


def overtaken(running: ProtocolVersion, at: datetime) -> None:
    """What is signed and waits for its date, but was based on what no longer runs."""
