"""Was anything changed? The chains of the tickets, then the hourly seals; streamed, whatever there is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, QuerySet
from django.utils.translation import gettext as _

from escalations.models.audit import AuditSeal
from escalations.models.event import Event
from escalations.models.ticket import FIRST_NUMBER, Ticket

from .diagnosis import Row, diagnose
from .erased import Erased
from .facts import COLUMNS, facts, link
from .seals import Mark, is_right, marks_of

BATCH = 2000  # tickets a query
GAPS = 20  # missing numbers that are named

Say = Callable[[int, int], None]  # tickets and events so far


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was written: where, and what."""

    where: str  # "ESC-1001", "ESC-1001, event 17", "audit seal 4"
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def number(ticket: int) -> str:
    return f"ESC-{FIRST_NUMBER + ticket}"


# -- chains -----------------------------------------------------------------------------------------------------------


def check_chains(only: int | None = None, say: Say = lambda tickets, events: None) -> Iterator[Finding]:
    """Follow the chain of every ticket, or of `only` that one."""
    tickets = Ticket.objects.filter(pk=only) if only else Ticket.objects.all()
    if not only:
        yield from _orphaned()
    span = tickets.aggregate(first=Min("pk"), last=Max("pk"))
    if span["last"] is None:
        return
    tickets_seen = events = 0
    for first in range(span["first"], span["last"] + 1, BATCH):
        last = min(first + BATCH - 1, span["last"])
        erased = Erased.among(first, last)
        yield from (Finding(number(ticket), what) for ticket, what in erased.findings)
        for ticket, rows in _by_ticket(first, last):
            count, newest, whole = _follow(rows, erased)
            events += count
            tickets_seen += 1
            if not whole:
                name = number(ticket)
                found = list(diagnose(name, _all_of(ticket, erased), newest)) or [
                    (name, _("its events are not in one chain"))
                ]
                yield from (Finding(*each) for each in found)
        yield from _emptied(first, last)
        say(tickets_seen, events)


def _by_ticket(first: int, last: int) -> Iterator[tuple[int, Iterator[Any]]]:
    """The events with the ticket's newest seal in the same rows: a writer in between is no finding."""
    events = Event.objects.filter(ticket__gte=first, ticket__lte=last).order_by("ticket_id", "pk")
    rows = events.values_list("pk", "seal", "ticket__last_seal", *COLUMNS).iterator(chunk_size=2000)
    return groupby(rows, key=itemgetter(3))


def _follow(rows: Iterator[Any], erased: Erased) -> tuple[int, str, bool]:
    """How many events, the newest seal that the ticket remembers, and whether the chain is whole."""
    count, previous, newest, whole = 0, "", "", True
    for _key, seal, last_seal, *row in rows:
        count, newest = count + 1, last_seal
        # What was loaded in bulk stands before the first that is chained.
        whole = whole and (bool(seal) or not previous) and _is_as_it_was(seal, previous, facts(row), erased)
        previous = seal
    return count, newest, whole and previous == newest


def _is_as_it_was(seal: str, previous: str, sealed: dict[str, Any], erased: Erased) -> bool:
    """As written, or as erased: what an event was before that counts no more."""
    known = erased.holds(sealed)
    return known if known is not None else not seal or link(previous, sealed) == seal


def _all_of(ticket: int, erased: Erased) -> list[Row]:
    rows = Event.objects.filter(ticket=ticket).order_by("pk").values_list("pk", "seal", *COLUMNS)
    return [Row(key, seal, sealed := facts(row), erased.holds(sealed)) for key, seal, *row in rows]


def _emptied(first: int, last: int) -> Iterator[Finding]:
    events = Event.objects.filter(ticket=OuterRef("pk"))
    emptied = Ticket.objects.filter(pk__gte=first, pk__lte=last).exclude(last_seal="").filter(~Exists(events))
    for key in emptied.order_by("pk").values_list("pk", flat=True):
        yield Finding(number(key), _("all its events were removed"))


def _orphaned() -> Iterator[Finding]:
    """Whoever switches the guards of the database off can remove a ticket and leave its events, with no chain."""
    alone = Event.objects.filter(~Exists(Ticket.objects.filter(pk=OuterRef("ticket_id"))))
    for key in alone.order_by("ticket_id").values_list("ticket_id", flat=True).distinct()[:GAPS]:
        yield Finding(number(key), _("the ticket was removed; its events are still there, and nothing tells if whole"))


# -- seals ------------------------------------------------------------------------------------------------------------


def check_seals(only: int | None = None) -> Iterator[Finding]:
    """Make every hourly seal again, or only those over the events of one ticket."""
    seals = _over(only) if only else AuditSeal.objects.order_by("pk")
    before: AuditSeal | None = None
    was_right, short = True, False
    for seal in seals.iterator(chunk_size=500):
        if only or before is None:
            before = AuditSeal.objects.filter(pk__lt=seal.pk).order_by("pk").last()
        marks = marks_of(seal.first_event, seal.last_event) if seal.first_event <= seal.last_event else []
        for found in _uncovered(before, seal):
            yield found
            was_right = False
        if not is_right(seal, before.seal if before else "", marks):
            short = short or len(marks) < seal.events
            yield Finding(_("audit seal %(key)s") % {"key": seal.pk}, _why(seal, marks, after_wrong=not was_right))
            was_right = False
        else:
            was_right = True
        before = seal
    if short:
        yield from _missing_tickets()


def _over(ticket: int) -> QuerySet[AuditSeal]:
    mine = Event.objects.filter(ticket=ticket, pk__gte=OuterRef("first_event"), pk__lte=OuterRef("last_event"))
    return AuditSeal.objects.filter(Exists(mine)).order_by("pk")


def _uncovered(before: AuditSeal | None, seal: AuditSeal) -> Iterator[Finding]:
    after = before.last_event if before else -(2**63)  # a key that was chosen by hand can be negative
    gap = Event.objects.filter(pk__gt=after, pk__lt=seal.first_event)
    if (first := gap.aggregate(first=Min("pk"))["first"]) is not None:
        text = _(
            "no seal covers the events from %(first)s to %(last)s: they were inserted, or their seal was removed or "
            "changed"
        )
        yield Finding(
            _("before audit seal %(key)s") % {"key": seal.pk},
            text % {"first": first, "last": seal.first_event - 1},
        )


def _why(seal: AuditSeal, marks: list[Mark], *, after_wrong: bool) -> str:
    """What can be said of a seal that does not fit: it covers a thousand events at most."""
    where = {"first": seal.first_event, "last": seal.last_event, "at": f"{seal.at:%Y-%m-%d %H:%M} UTC"}
    where["tickets"] = _tickets_of(seal)
    if len(marks) < seal.events:
        text = _("%(count)s fewer events from %(first)s to %(last)s than were sealed at %(at)s: they were removed")
        return text % (where | {"count": seal.events - len(marks)})
    if len(marks) > seal.events:
        text = _("%(count)s more events from %(first)s to %(last)s than were sealed at %(at)s: they were inserted")
        return text % (where | {"count": len(marks) - seal.events})
    if after_wrong:
        return _("it does not fit, as the seal before it does not (or it was changed, too)")
    text = _(
        "one of the events from %(first)s to %(last)s (%(tickets)s), or this seal itself, is not as it was sealed at "
        "%(at)s. If no event is named above, somebody made the chain of a ticket anew, or changed an event that was "
        "loaded in bulk, or the seals were made with another key"
    )
    return text % where


def _tickets_of(seal: AuditSeal) -> str:
    events = Event.objects.filter(pk__gte=seal.first_event, pk__lte=seal.last_event)
    keys = list(events.order_by("ticket_id").values_list("ticket_id", flat=True).distinct()[:4])
    return ", ".join(map(number, keys[:3])) + (", …" if len(keys) > 3 else "")


def _missing_tickets() -> Iterator[Finding]:
    """Where events are missing, a whole ticket may be."""
    before = Ticket.objects.filter(pk=OuterRef("pk") - 1)
    after_gap = Ticket.objects.filter(~Exists(before)).order_by("pk").values_list("pk", flat=True)
    named = 0
    for key in after_gap[: GAPS + 1]:
        last = Ticket.objects.filter(pk__lt=key).aggregate(last=Max("pk"))["last"] or max(key - 2, 0)
        for gone in range(last + 1, key):
            if (named := named + 1) > GAPS:
                return
            yield Finding(
                number(gone), _("there is no such ticket; with events missing, it may have been removed whole")
            )


def unsealed_since() -> Any:
    """When the oldest event was recorded that no seal covers; None if there is none."""
    last = AuditSeal.objects.aggregate(last=Max("last_event"))["last"] or 0
    return Event.objects.filter(pk__gt=last).aggregate(oldest=Min("at"))["oldest"]


def newest() -> AuditSeal | None:
    return AuditSeal.objects.order_by("pk").last()


def is_known(seal: str) -> bool:
    return AuditSeal.objects.filter(seal=seal.strip().lower()).exists()
