"""A chain that is broken: which event is it, and what was done to it?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from .facts import link

MOST = 1000  # events of one ticket, of which each that fails is tried behind each other


@dataclass(frozen=True)
class Row:
    key: int
    seal: str
    facts: dict[str, Any]
    erased: bool | None = None  # whether it is as it was erased; None: it was not


def diagnose(number: str, rows: Sequence[Row], newest: str) -> Iterator[tuple[str, str]]:
    """(where, what) for each event of the ticket that is not where it was, or not as it was.

    An event whose content is as it was fits behind one seal and no other. One that fits behind none was changed, came
    from elsewhere, or has lost the one before it; whether others follow it tells which.
    """
    chained = [row for row in rows if row.seal]
    behind = _behind(chained)
    followed = set(behind.values()) | {newest}
    # What stands before one that fits nowhere may well have been followed by it.
    followed |= {row.seal for row, after in pairwise(chained) if behind[after.key] is None and after.seal in followed}
    previous = trusted = ""
    for row in rows:
        if row.erased is False:
            yield _event(number, row), _("it was changed after its personal data had been erased")
        if not row.seal:
            if previous:
                yield _event(number, row), _("it has no seal: it was inserted, or its seal was removed")
            continue
        if row.erased is not None:
            pass  # its seal is that of what it was: the events around it tell where it belongs
        elif behind[row.key] is None and row.seal in followed:
            yield _event(number, row), _("it was changed, or what stood before it was removed")
        elif behind[row.key] is None:
            yield _event(number, row), _("it was inserted, or moved here from another ticket, or changed")
        elif row.seal not in followed:
            yield _event(number, row), _("it was inserted: nothing that was written later follows it")
        elif behind[row.key] not in (previous, trusted):
            yield _event(number, row), _("it stood elsewhere in this ticket: events were reordered")
        previous = row.seal
        if row.seal in followed:
            trusted = row.seal
    yield from _end(number, chained, newest)


def _behind(chained: Sequence[Row]) -> dict[int, str | None]:
    """The seal that each event follows; None: none of this ticket's."""
    seals = ["", *(row.seal for row in chained)]
    found: dict[int, str | None] = {}
    for at, row in enumerate(chained):
        if row.erased is not None or link(seals[at], row.facts) == row.seal:
            found[row.key] = seals[at]
        else:
            others = seals if len(seals) <= MOST else ()
            found[row.key] = next((seal for seal in others if link(seal, row.facts) == row.seal), None)
    return found


def _end(number: str, chained: Sequence[Row], newest: str) -> Iterator[tuple[str, str]]:
    last = chained[-1].seal if chained else ""
    if last == newest:
        return
    if newest in {row.seal for row in chained}:
        yield number, _("events stand behind what it knows as its newest: they were inserted, or it was changed")
    else:
        yield number, _("its last events were removed, or its newest seal was changed")


def _event(number: str, row: Row) -> str:
    named = {"number": number, "key": row.key, "kind": row.facts["kind"], "at": row.facts["at"][:19]}
    return _("%(number)s, event %(key)s (%(kind)s, %(at)s UTC)") % named
