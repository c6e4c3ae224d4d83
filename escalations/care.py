"""The engine's third loop: people are reminded of action items and check-ins, once for each time that is due.

Like the sweep it looks first, claims due rows in batches, and writes messages and next times in one transaction. After
an outage there is one message a row, whatever was missed.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from config.nudge import nudge_deliver
from contacts.matrix import Matrix, Recipient
from escalations import care_messages, care_times
from escalations.heartbeat import beat
from escalations.inbound import filing
from escalations.models.care import ActionItem, CheckIn
from escalations.protocol import force
from escalations.reach import nightly
from escalations.write_back import insert, write_back
from templates_app.models import Notification

log = structlog.get_logger(__name__)

BATCH = {"sqlite": 50}
BATCH_OTHERWISE = 200
LEAD_HEARS_OF_ACTION = 3  # days overdue
LEAD_HEARS_OF_CHECK_IN = timedelta(days=2)
SET_ASIDE_FOR = timedelta(hours=1)


@dataclass
class CareReport:
    """What one pass did."""

    actions: int = 0
    check_ins: int = 0
    messages: int = 0
    mails: int = 0  # that came in, and that whoever took them did not come to file


def care(at: datetime | None = None) -> CareReport:
    """Remind of everything that is due at `at` (default: now). Safe to run any number of times, anywhere, at once."""
    at = at or timezone.now()
    report = CareReport()
    while claimed := _batch(ActionItem, ("owner", "ticket__owner"), _of_action, at, report):
        report.actions += claimed
    while claimed := _batch(CheckIn, ("ticket__owner",), _of_check_in, at, report):
        report.check_ins += claimed
    report.mails = filing.file_waiting(at)
    report.messages += nightly.warn(at)
    _protocol(at)
    beat("care", at, asdict(report))
    if report.messages:
        nudge_deliver()
    return report


def _protocol(at: datetime) -> None:
    """What is signed comes into force on its date; what was changed past the versions is seen. Neither holds up
    anything else."""
    try:
        force.enforce(at)
        force.look(at)
    except Exception:
        log.exception("care: the protocol is left for the next round")


class Round:
    """One moment, and who stands where at it; the matrix is read when somebody asks."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    @cached_property
    def matrix(self) -> Matrix:
        return Matrix.at(self.at)

    def reachable(self, user: Any) -> Recipient | None:
        """The person, or whoever stands in for them while they are away."""
        if user and self.matrix.is_away(user.pk):
            return self.matrix.stand_in_for(user.pk)
        return Recipient.of_user(user) if user and user.is_active and user.email else None

    def lead(self, team_id: int | None) -> Recipient | None:
        return self.matrix.who("2", team_id).recipient

    def told(self, owner: Recipient | None, team_id: int | None, *, lead_too: bool) -> list[Recipient]:
        """The owner, and the team lead where asked for, or where the owner cannot be told."""
        lead = self.lead(team_id) if lead_too or owner is None else None
        if owner and lead and lead.email.lower() == owner.email.lower():
            lead = None
        return [person for person in (owner, lead) if person]


Reminds = Callable[[Any, Round], list[Notification]]


def _batch(model: Any, others: Sequence[str], remind: Reminds, at: datetime, report: CareReport) -> int:
    """Claim rows that nobody else holds, and see to them. Returns how many there were."""
    due = model.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
    if not due.values_list("pk", flat=True)[:1]:
        return 0
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        related = (*others, "ticket__customer", "ticket__severity", "ticket__team")
        size = BATCH.get(connection.vendor, BATCH_OTHERWISE)
        rows = list(due.prefetch_related(*related)[:size])
        around = Round(at)
        messages = [message for row in rows for message in _safely(remind, row, around)]
        insert(messages, ignore_conflicts=True)
        write_back(rows, ("remind_at",))
    report.messages += len(messages)
    return len(rows)


def _safely(remind: Reminds, row: Any, around: Round) -> list[Notification]:
    """One row that cannot be worked holds up nobody: it is looked at again in an hour."""
    try:
        return remind(row, around)
    except Exception:
        log.exception("care: row set aside", model=type(row).__name__, key=row.pk)
        row.remind_at = around.at + SET_ASIDE_FOR
        return []


def _of_action(action: ActionItem, around: Round) -> list[Notification]:
    zone = care_times.zone_of(action.owner)
    slot, overdue = action.remind_at or around.at, (around.at.astimezone(zone).date() - action.due_on).days
    lead_too = overdue >= LEAD_HEARS_OF_ACTION
    people = around.told(around.reachable(action.owner), action.owner.team_id, lead_too=lead_too)
    action.remind_at = care_times.action_reminder(action.due_on, zone, around.at)
    return [care_messages.of_action(action, person, slot, around.at) for person in people]


def _of_check_in(check_in: CheckIn, around: Round) -> list[Notification]:
    ticket = check_in.ticket
    slot, lead_too = check_in.remind_at or around.at, around.at >= check_in.due_at + LEAD_HEARS_OF_CHECK_IN
    people = around.told(around.reachable(ticket.owner), ticket.team_id, lead_too=lead_too)
    check_in.remind_at = care_times.check_in_reminder(check_in.due_at, care_times.zone_of(ticket.owner), around.at)
    return [care_messages.of_check_in(check_in, person, slot, around.at) for person in people]


def withdrawn(messages: Sequence[Notification]) -> dict[int, str]:
    """Which of these reminders are no longer wanted, and why."""
    actions = _still_open(messages, care_messages.ACTION, ActionItem.objects.filter(dropped_at=None))
    check_ins = _still_open(messages, care_messages.CHECK_IN, CheckIn.objects.filter(cancelled_at=None))
    return {
        message.pk: care_messages.over(message)
        for message in messages
        if (message.kind == care_messages.ACTION and message.context["item"]["id"] not in actions)
        or (message.kind == care_messages.CHECK_IN and message.context["item"]["id"] not in check_ins)
    }


def _still_open(messages: Sequence[Notification], kind: str, rows: Any) -> set[int]:
    keys = [message.context["item"]["id"] for message in messages if message.kind == kind]
    return set(rows.filter(Q(done_at=None), pk__in=keys).values_list("pk", flat=True)) if keys else set()
