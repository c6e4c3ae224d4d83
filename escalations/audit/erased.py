"""Events whose personal data was erased: what they hold now is trusted, because a later event of their ticket says so.

An event of the kind "erased" lists the events whose content it took, by their uid: [digest of their new facts, what
stands for them in the hourly seals if they are not chained, else ""]. The list is signed with the key that the database
does not hold: who can write to the database alone cannot erase. The seal of an erased event stays as it was: the chain
runs on through it, though nobody can make it again.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from escalations.enums import EventKind
from escalations.models.erasing import Erasure
from escalations.models.event import Event
from escalations.models.ticket import FIRST_NUMBER

from .facts import canonical
from .keys import keys

Listed = dict[str, list[str]]  # uid: [digest, mark]


def digest_of(sealed: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(sealed).encode()).hexdigest()


def proof(ticket: int, uid: Any, listed: Listed, key: bytes | None = None) -> str:
    """Of what the event `uid` of the ticket lists; with the newest key unless one is named."""
    words = canonical(["erased", f"ESC-{FIRST_NUMBER + ticket}", str(uid), listed])
    return hmac.new(key or keys()[0], words.encode(), hashlib.sha256).hexdigest()


def is_proved(ticket: int, uid: Any, data: Any) -> bool:
    """By any key of now or before."""
    listed, said = data.get("erased"), str(data.get("proof", ""))
    return isinstance(listed, dict) and any(
        hmac.compare_digest(said, proof(ticket, uid, listed, key)) for key in keys()
    )


@dataclass
class Erased:
    """What holds for the events of some tickets. `digests` by uid; `findings` are (ticket, what is wrong)."""

    digests: dict[str, str] = field(default_factory=dict)
    findings: list[tuple[int, str]] = field(default_factory=list)

    @classmethod
    def among(cls, first: int, last: int) -> "Erased":
        """Of the tickets from `first` to `last`, in two queries."""
        rows = Erasure.objects.filter(event__ticket__gte=first, event__ticket__lte=last).order_by("pk")
        kept = {
            (str(by), str(uid)): (ticket, digest)
            for ticket, by, uid, digest in rows.values_list("event__ticket_id", "by__uid", "event__uid", "digest")
        }
        said = Event.objects.filter(ticket__gte=first, ticket__lte=last, kind=EventKind.ERASED).order_by("pk")
        return cls()._read(kept, said.values_list("ticket_id", "uid", "data"))

    def _read(self, kept: dict[tuple[str, str], tuple[int, str]], said: Iterable[tuple[int, Any, Any]]) -> "Erased":
        listed: dict[tuple[str, str], tuple[int, str]] = {}
        for ticket, by, data in said:
            if not is_proved(ticket, by, data):
                self.findings.append((ticket, _("an erasure was forged, or made with another key")))
                continue
            for uid, (digest, _mark) in data["erased"].items():
                listed[str(by), uid] = (ticket, digest)
                self.digests[uid] = digest
        for key in kept.keys() ^ listed.keys():
            ticket, _digest = kept.get(key) or listed[key]
            words = _("an erasure was inserted") if key in kept else _("an erasure was removed")
            self.findings.append((ticket, words))
        wrong = [key for key in kept.keys() & listed.keys() if kept[key] != listed[key]]
        self.findings += [(kept[key][0], _("an erasure was changed")) for key in wrong]
        return self

    def holds(self, sealed: dict[str, Any]) -> bool | None:
        """Whether an erased event is as it was left; None if it was never erased."""
        digest = self.digests.get(sealed["uid"])
        return digest == digest_of(sealed) if digest else None


def marks(first: int, last: int) -> dict[int, str]:
    """What stands in the hourly seals for events from `first` to `last` that were never chained, and are erased."""
    rows = Erasure.objects.filter(event__gte=first, event__lte=last, event__seal="").order_by("pk")
    found = {}
    for key, uid, data in rows.values_list("event_id", "event__uid", "by__data"):
        found[key] = str(data.get("erased", {}).get(str(uid), ["", ""])[1])
    return found
