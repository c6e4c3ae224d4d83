"""What delivery asks of a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from templates_app import breaker, bundling
from templates_app.bundling import Parcel, Sorting
from templates_app.channels.directory import Directory
from templates_app.mail import Mail
from templates_app.models import Notification


@dataclass(frozen=True)
class Receipt:
    """What the other side said as it took a message: its own name for it, and whether it has arrived with that."""

    provider_id: str = ""
    delivered: bool = False


class Channel:
    """Lives for one pass. `send` raises an Outcome and nothing else."""

    name = ""
    folds = True  # several messages to one person travel together
    seconds = 20.0  # no further claim after that
    one_server = True  # if it cannot be reached for one message, it cannot for any

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""

    @property
    def kept(self) -> str:
        """Why what it takes goes no further; empty where it does."""
        return ""

    def prepare(self, rows: Sequence[Notification], at: datetime) -> None:
        """Ask once what is to be known for all of these."""

    def sort(self, rows: list[Notification], at: datetime) -> Sorting:
        return bundling.sort(rows, bundling.last_sent(self.name, rows, at), at)

    def word(self, parcel: Parcel, at: datetime) -> Mail:
        raise NotImplementedError

    def send(self, parcel: Parcel, words: Mail) -> Receipt:
        raise NotImplementedError

    def rest(self, parcel: Parcel, at: datetime, reason: str) -> None:
        """What this message was for cannot be reached."""
        breaker.trip(self.name, at, reason)

    def wake(self, parcels: Sequence[Parcel]) -> None:
        """These were taken."""
        breaker.reset([self.name])
