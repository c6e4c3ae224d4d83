"""From Issues to tickets with clocks, pauses and events, all in memory, then written set by set.

As if the desk had had them: each clock starts with the report, under the severity's target and calendar of today, and
is stopped and judged at the times that the row says. What was missed is a breach at its true time. No rung was told and
no mail is written; nothing goes through `Journal.write`, which would.

Of an issue that is still open, the clocks go on. One that is past due is breached in the past, and the ladder begins
now: the next rung hears one step after the import, if nobody has taken it until then. Warnings and reminders whose time
has passed are dropped. What the customer was told there nobody knows here, so the next update is owed from now on.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from escalations import budgets
from escalations.actors import LONGEST, Actor
from escalations.audit.chain import chain
from escalations.case import Case
from escalations.enums import DONE, ClockKind, EventKind, Source, Status
from escalations.journal import Journal
from escalations.models import Clock, Pause, Ticket
from escalations.models.pause import PauseCause
from escalations.search import index
from escalations.write_back import insert, write_back

from .clean import Issue


@transaction.atomic
def make(issues: Sequence[Issue], *, source: str, by: Actor, at: datetime) -> list[Ticket]:
    """Write these issues, whose customers are rows by now. None of them is here yet."""
    if not issues:
        return []
    protocol = Journal(at).protocol
    tickets = Ticket.objects.bulk_create([_ticket(each, source, by, at, protocol) for each in issues])
    pasts = [Past(ticket, issue, by, at) for ticket, issue in zip(tickets, issues, strict=True)]
    for past in pasts:
        past.play()
    Clock.objects.bulk_create([clock for past in pasts for clock in past.clocks])
    Pause.objects.bulk_create([past.pause for past in pasts if past.pause])
    events = [event for past in pasts for event in past.in_order()]
    for event in events:
        event.clock = event.clock  # it has a key by now
    chain(events)
    insert(events)
    write_back(tickets, ("last_seal", "next_due_at", "next_due_kind", "climbed_at"))
    index(tickets)
    return tickets


def _ticket(issue: Issue, source: str, by: Actor, at: datetime, protocol: int | None) -> Ticket:
    assert not isinstance(issue.customer, str)
    times = issue.times
    return Ticket(
        customer=issue.customer,
        subject=issue.subject,
        severity=issue.severity,
        status=issue.status,
        owner=issue.owner,
        team=(issue.owner.team if issue.owner else None) or issue.customer.team,
        reporter_name=issue.reporter_name,
        reporter_email=issue.reporter_email,
        source=Source.IMPORT,
        tags=issue.tags,
        reported_at=times["reported_at"],
        created_at=times["reported_at"],
        created_by=by.user,
        acknowledged_at=times.get("acknowledged_at"),
        resolved_at=times.get("resolved_at"),
        closed_at=times.get("closed_at") if issue.status == Status.CLOSED else None,
        last_message_at=times.get("resolved_at") or times.get("acknowledged_at"),
        external_source=source,
        external_id=issue.id,
        protocol_id=protocol,
        **issue.texts,
    )


class Past:
    """What happened to one issue until `at`, played in memory."""

    def __init__(self, ticket: Ticket, issue: Issue, by: Actor, at: datetime) -> None:
        self.ticket, self.issue, self.by, self.at = ticket, issue, by, at
        self._journal = Journal(at, dry=True)  # nothing is read for it; what it collects is written here
        self._case = Case(self._journal, ticket, [])
        self.pause: Pause | None = None

    @property
    def clocks(self) -> list[Clock]:
        return self._case.clocks

    def play(self) -> None:
        ticket, case, start = self.ticket, self._case, self.ticket.reported_at
        case.clocks = [
            budgets.response_clock(ticket, start, start),
            budgets.resolution_clock(ticket, start, start),
        ]
        if ticket.status == Status.WAITING:
            self._wait()
        if ticket.status not in DONE and (owed := budgets.update_clock(ticket, self.at, self.at, cycle=1)):
            case.clocks.append(owed)
        for clock in case.clocks:
            clock.protocol_id = ticket.protocol_id
        case.plan()
        for clock in case.clocks:
            self._live(clock)
        if any(clock.breached_at and not clock.stopped_at for clock in case.clocks):
            ticket.climbed_at = self.at
        case.plan()
        self._tell()

    def _wait(self) -> None:
        since = max(self.issue.times.get("waiting_since", self.at), self.ticket.reported_at)
        self.pause = Pause(ticket=self.ticket, cause=PauseCause.WAITING, from_at=since, by=self.by.user)
        self._case.pauses = [(since, None)]

    def _live(self, clock: Clock) -> None:
        """Up to its end, or up to now."""
        ticket = self.ticket
        ended = ticket.acknowledged_at if clock.kind == ClockKind.RESPONSE else ticket.resolved_at
        until = ended or self.at
        pauses = self._case.pauses
        due = clock.due_at or (self._due_before_pause(clock) if clock.paused_at else None)
        if due and until > due:
            self._journal.at = due
            self._case.record_breach(clock, due)
        if ended:
            clock.stop(ended)
            clock.keep_time(pauses)
            return
        if clock.at_risk_at and clock.at_risk_at <= self.at:
            clock.warned_at = clock.at_risk_at
        if clock.breached_at and clock.every and not clock.paused_at:
            clock.reminded_at = clock.latest_reminder(self.at, pauses)[0]

    def _due_before_pause(self, clock: Clock) -> datetime | None:
        """A clock that ran out before the customer was waited for."""
        due = Clock._instant(clock, clock.budget, ())
        return due if due and clock.paused_at and due <= clock.paused_at else None

    def _tell(self) -> None:
        """The events that the row tells of, each at its time."""
        ticket, times = self.ticket, self.issue.times
        owner = Actor.of(ticket.owner) if ticket.owner else self.by
        self._record(EventKind.OPENED, ticket.reported_at, self.by, severity=ticket.severity_id, source=ticket.source)
        if ticket.acknowledged_at and ticket.acknowledged_at != ticket.resolved_at:
            self._record(EventKind.ACKNOWLEDGED, ticket.acknowledged_at, owner, message=False)
        for said in self.issue.comments:
            self._record(EventKind.NOTE, said.at, Actor.outsider(said.author[:LONGEST]), text=said.text)
        if self.pause:
            self._record(EventKind.WAITING, self.pause.from_at, owner)
        if ticket.resolved_at:
            ends: dict[str, Any] = {"root_cause": ticket.root_cause, "prevention": ""}
            self._record(EventKind.RESOLVED, times["resolved_at"], owner, text=ticket.solution, **ends)
        if ticket.closed_at:
            self._record(EventKind.CLOSED, ticket.closed_at, owner)

    def _record(self, kind: str, at: datetime, by: Actor, text: str = "", **data: Any) -> None:
        self._journal.at = at
        self._case.record(kind, by=by, text=text, **data)

    def in_order(self) -> list[Any]:
        """First that it was brought over, dated now: whatever is younger is sealed after it (`audit.seals`)."""
        past, self._journal.events = self._journal.events, []
        self._journal.at = self.at
        first = self._case.record(
            EventKind.IMPORTED, by=self.by, source=self.ticket.external_source, id=self.ticket.external_id
        )
        return [first, *sorted(past, key=lambda event: event.at)]
