"""By which channels somebody is told: what they chose for each severity, and what they cannot choose away."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from contacts.models.channels import Channel

LAST = str(Channel.EMAIL)


@dataclass(frozen=True)
class Routes:
    """`chosen`: severities' codes, each with channels in the order in which they are tried. None at all is the app
    alone; a severity that is not among them comes by e-mail."""

    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, user: Any) -> "Routes":
        if not user.channels:
            return BY_MAIL
        return cls(tuple((str(code), _known(channels)) for code, channels in user.channels.items()))

    def by(self, severity: str, *, escalates: bool = False) -> tuple[str, ...]:
        """The channels in order; whatever is tried, e-mail comes last unless it came before. None: the app alone, which
        does not do for what escalates."""
        channels = dict(self.chosen).get(severity, (LAST,))
        if not channels and not escalates:
            return ()
        return channels if LAST in channels else (*channels, LAST)


def _known(channels: Any) -> tuple[str, ...]:
    """Each once; what is written by hand into the row may be anything."""
    given: Collection[Any] = channels if isinstance(channels, list) else ()
    return tuple(dict.fromkeys(channel for channel in given if channel in Channel.values))


BY_MAIL = Routes()
