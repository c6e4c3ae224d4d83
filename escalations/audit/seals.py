"""The hourly seal: all events since the last one in a single value, keyed by what the database does not hold."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Max, Min

from escalations.models.audit import AuditSeal
from escalations.models.event import Event

from . import erased
from .facts import COLUMNS, canonical, facts, link, moment
from .keys import keys

log = structlog.get_logger(__name__)

# An event gets its key before its transaction is committed: what is younger may still have an older one behind it.
SETTLED = timedelta(minutes=5)
PIECE = 1000  # events under one seal at most: so narrow is the place that a broken seal names
SPAN = 2 * PIECE  # keys that are looked through for them: what was rolled back leaves gaps

Mark = tuple[int, str, bool]  # of one event: its key, what stands for it in the seal, whether it is chained


def seal_events(at: datetime) -> list[AuditSeal]:
    """Seal what has happened since the last seal and has settled. Of two at once one does it."""
    made: list[AuditSeal] = []
    last = AuditSeal.objects.order_by("pk").last()
    until = _settled(last.last_event if last else 0, at - SETTLED)
    while marks := _next_marks(last.last_event + 1 if last else 0, until):
        new = []
        for chained, group in groupby(marks, key=lambda mark: mark[2]):
            last = _sealed(last, list(group), unchained=not chained, at=at)
            new.append(last)
        try:
            with transaction.atomic():
                AuditSeal.objects.bulk_create(new)
        except IntegrityError:
            return made  # somebody else is at it
        made += new
    if made:
        # In the log, too: it is kept elsewhere, and `verify_audit --expect` takes what it says.
        log.info("audit: sealed", seals=len(made), last_event=made[-1].last_event, seal=made[-1].seal)
    return made


def _settled(after: int, before: datetime) -> int:
    """The last event of which all that have a smaller key are committed."""
    news = Event.objects.filter(pk__gt=after).order_by()
    young = news.filter(at__gt=before).aggregate(first=Min("pk"))["first"]
    return young - 1 if young else news.aggregate(last=Max("pk"))["last"] or 0


def _next_marks(first: int, until: int) -> list[Mark]:
    """Those of the next piece; none left: empty. Asked with both ends near: a database that has no statistics yet would
    read and sort all that is left, for every piece anew, to give the first thousand."""
    found = Event.objects.filter(pk__gte=first, pk__lte=until).aggregate(start=Min("pk"))["start"]
    return marks_of(found, min(until, found + SPAN), PIECE) if found is not None else []


def marks_of(first: int, until: int, most: int | None = None) -> list[Mark]:
    """What stands for the events from `first` to `until`: the seal, or for one that is not chained a hash of its facts.

    The text of those that are chained is not read: that they are what they were is for the chain to say.
    """
    rows = list(Event.objects.filter(pk__gte=first, pk__lte=until).order_by("pk").values_list("pk", "seal")[:most])
    if all(seal for _key, seal in rows):
        return [(key, seal, True) for key, seal in rows]
    loose = Event.objects.filter(pk__gte=rows[0][0], pk__lte=rows[-1][0], seal="").values_list("pk", *COLUMNS)
    hashes = {key: link("", facts(row)) for key, *row in loose} | erased.marks(rows[0][0], rows[-1][0])
    return [(key, seal or hashes[key], bool(seal)) for key, seal in rows]


def _sealed(last: AuditSeal | None, marks: Sequence[Mark], *, unchained: bool, at: datetime) -> AuditSeal:
    new = AuditSeal(at=at, first_event=marks[0][0], last_event=marks[-1][0], events=len(marks), unchained=unchained)
    new.seal = value(new, last.seal if last else "", marks, keys()[0])
    return new


def value(seal: AuditSeal, previous: str, marks: Iterable[Mark], key: bytes) -> str:
    """What `seal.seal` has to be: HMAC-SHA256 over all else of it, the seal before, and the events."""
    events = hashlib.sha256("\n".join(mark for _key, mark, _chained in marks).encode()).hexdigest()
    span = [seal.first_event, seal.last_event, seal.events, seal.unchained]
    return hmac.new(key, canonical([previous, moment(seal.at), *span, events]).encode(), hashlib.sha256).hexdigest()


def is_right(seal: AuditSeal, previous: str, marks: Sequence[Mark]) -> bool:
    """By any key of now or before."""
    return any(hmac.compare_digest(seal.seal, value(seal, previous, marks, key)) for key in keys())
