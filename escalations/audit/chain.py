"""Sealing what is about to be written."""

from collections.abc import Iterable

from escalations.models.event import Event

from .facts import facts_of, link


def chain(events: Iterable[Event]) -> None:
    """Seal each event onto the newest of its ticket, in the order given, which has to be the order of writing.

    Whoever calls this holds the lock of these tickets since before it read them, and writes their `last_seal` in the
    same transaction: else two writers would seal onto the same event. Asks the database nothing.
    """
    for event in events:
        ticket = event.ticket
        ticket.last_seal = event.seal = link(ticket.last_seal, facts_of(event))
