"""The sweep: find the clocks that have something to do, do it, once, whoever else is sweeping.

The database is the only truth. A sweep looks first and writes nothing when nothing is due. Then it claims the tickets
of due clocks in batches (one lock a ticket, which the verbs take as well), fires what is due under the lock, and writes
clocks, events, escalations and messages in the same transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from config.nudge import nudge_deliver
from escalations.alerts import Alert
from escalations.alerts import messages as alert_messages
from escalations.case import Case
from escalations.heartbeat import beat
from escalations.journal import Journal
from escalations.models import Clock, Pause, Ticket
from templates_app.models import Notification

log = structlog.get_logger(__name__)

# SQLite has one writer: a short transaction lets the web in between.
BATCH = {"sqlite": 50}
BATCH_OTHERWISE = 200
SET_ASIDE_FOR = timedelta(minutes=15)


@dataclass
class SweepReport:
    """What one sweep did."""

    clocks: int = 0
    events: int = 0
    messages: int = 0
    set_aside: int = 0

    def __iadd__(self, other: "SweepReport") -> "SweepReport":
        for name, count in asdict(other).items():
            setattr(self, name, getattr(self, name) + count)
        return self


def sweep(at: datetime | None = None) -> SweepReport:
    """Fire everything that is due at `at` (default: now). Safe to run any number of times, anywhere, at once."""
    at = at or timezone.now()
    report = SweepReport()
    while is_anything_due(at):
        done = _batch(at)
        report += done
        if not done.clocks and not done.set_aside:
            break  # what is left is in somebody else's hands
    beat("sweep", at, asdict(report))
    if report.messages:
        nudge_deliver()
    return report


def is_anything_due(at: datetime) -> bool:
    return due_clocks(at).order_by("next_event_at").values_list("pk", flat=True)[:1].first() is not None


def due_clocks(at: datetime) -> QuerySet[Clock]:
    return Clock.objects.filter(next_event_at__lte=at)


def _batch(at: datetime) -> SweepReport:
    """One batch in one transaction; if anything in it fails, one by one, so that the bad one holds up nobody."""
    try:
        return _fire(at, None)
    except Exception as error:
        log.warning("sweep: batch failed, going one by one", error=str(error))
        return _one_by_one(at)


def _one_by_one(at: datetime) -> SweepReport:
    report = SweepReport()
    size = BATCH.get(connection.vendor, BATCH_OTHERWISE)
    keys = list(due_clocks(at).order_by("next_event_at").values_list("ticket_id", flat=True)[:size])
    for key in dict.fromkeys(keys):
        try:
            report += _fire(at, key)
        except Exception as error:
            log.exception("sweep: ticket set aside", ticket=key, error=str(error))
            report.set_aside += _set_aside(key, at, error)
    return report


@transaction.atomic
def _fire(at: datetime, only: int | None) -> SweepReport:
    cases = _claim(Journal(at), only)
    for case in cases:
        case.fire_due()
    if not cases:
        return SweepReport()
    journal = cases[0].journal
    journal.write(cases, swept=True)
    return SweepReport(len(cases), len(journal.events), len(journal.messages))


def _claim(journal: Journal, only: int | None) -> list[Case]:
    """Lock the tickets of due clocks, those that nobody else holds, then read their clocks as they are now."""
    keys = _lock(journal.at, only)
    # Prefetched, not joined: many tickets share few customers, owners, severities and calendars.
    tickets = Ticket.objects.filter(pk__in=keys).prefetch_related("customer", "owner", "severity") if keys else []
    running = Clock.objects.filter(ticket_id__in=keys, stopped_at=None).prefetch_related("calendar") if keys else []
    clocks: dict[int, list[Clock]] = {}
    for clock in running:
        clocks.setdefault(clock.ticket_id, []).append(clock)
    pauses: dict[int, list[Pause]] = {}
    for pause in Pause.objects.filter(ticket_id__in=keys).order_by("from_at") if keys else []:
        pauses.setdefault(pause.ticket_id, []).append(pause)
    return [_case(journal, ticket, clocks.get(ticket.pk, []), pauses.get(ticket.pk, [])) for ticket in tickets]


def _lock(at: datetime, only: int | None) -> list[int]:
    due = due_clocks(at).order_by("next_event_at").select_related("ticket").only("ticket", "ticket__id")
    if only is not None:
        due = due.filter(ticket_id=only)
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("ticket",))
    return list({clock.ticket_id for clock in due[: BATCH.get(connection.vendor, BATCH_OTHERWISE)]})


def _case(journal: Journal, ticket: Ticket, clocks: Sequence[Clock], pauses: Iterable[Pause]) -> Case:
    for clock in clocks:
        clock.ticket = ticket
    return Case(journal, ticket, clocks, [(pause.from_at, pause.to_at) for pause in pauses])


def _set_aside(key: int, at: datetime, error: Exception) -> int:
    """Look at this ticket again in a quarter of an hour; its true due times are facts and stay."""
    alert = Alert(
        key=f"aside.{key}",
        problem=_("A clock of ESC-%(number)s cannot be worked: %(error)s")
        % {"number": 1000 + key, "error": type(error).__name__},
        what_to_do=_("The engine tries again every 15 minutes. Watch this ticket by hand, and see the log."),
        number=f"ESC-{1000 + key}",
        ticket_path=f"/tickets/ESC-{1000 + key}/",
    )
    try:
        with transaction.atomic():
            moved = due_clocks(at).filter(ticket_id=key).update(next_event_at=at + SET_ASIDE_FOR)
            Notification.objects.bulk_create(alert_messages([alert], at), ignore_conflicts=True)
        return moved
    except DatabaseError:
        log.exception("sweep: could not set aside", ticket=key)
        return 0
