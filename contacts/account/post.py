"""Mails about accounts. The outbox is another room, which contacts do not see: config/apps.py connects the two."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from contacts.models import User


def _nobody(**mail: Any) -> None:
    raise RuntimeError("nobody has said how mails about accounts leave")


_sender: Callable[..., None] = _nobody


def leave_by(sender: Callable[..., None]) -> None:
    global _sender
    _sender = sender


def send(what: str, user: User, path: str, at: datetime, *, to: str = "", **words: str) -> None:
    """To the person's own address, or to another one; in their language."""
    about = {"name": user.name, "language": user.language, "zone": user.time_zone, "username": user.username}
    _sender(what=what, to=to or user.email, path=path, at=at, **about, **words)


def send_to_stranger(what: str, address: str, path: str, at: datetime, *, language: str) -> None:
    """To an address that somebody typed and that belongs to no account."""
    _sender(what=what, to=address, name=address, path=path, at=at, language=language, email=address)
