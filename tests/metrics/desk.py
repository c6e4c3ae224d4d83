"""A desk where anything may have happened: facts at random by a seed, written as rows, thousands of times faster than
verbs would. What no verb would lead to is here too: the numbers go by the facts, whatever led to them."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from contacts.models import Customer, Team, User
from contacts.models.matrix import Level
from escalations.enums import DONE, Cause, ClockKind, EventKind, RootCause, Status, Verdict
from escalations.models import Calendar, Clock, Escalation, Event, Goal, Pause, Severity, Ticket, TicketLink
from metrics.period import day_of, midnight

ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe")]
BUDGETS = {ClockKind.RESPONSE: 1, ClockKind.UPDATE: 4, ClockKind.RESOLUTION: 24}  # hours


class Desk:
    """The issues of the `days` before `now`; none of severity P1 was reported in the first third of them."""

    def __init__(self, seed: int, now: datetime, days: int = 80) -> None:
        self.chance, self.now, self.begin = random.Random(seed), now, now - timedelta(days=days)
        self.hours = [None, *Calendar.objects.order_by("pk")[:2]]
        self.teams = [Team.objects.create(slug=slug, name=slug.upper()) for slug in ("emea", "apac")]
        self.people = [
            User.objects.create(username=f"person-{n}", email=f"p{n}@desk.example", team=team)
            for n, team in enumerate([*self.teams, None])
        ]
        self.customers = [
            Customer.objects.create(
                slug=f"customer-{n}",
                name=f"Customer {n}",
                annual_value=[10_000, None, 30_000, 500][n],
                currency="USD" if n == 3 else "EUR",
                churned_at=now - timedelta(days=20 * n) if n % 2 else None,
            )
            for n in range(4)
        ]
        self.severities = {each.pk: each for each in Severity.objects.all()}
        self.clocks: list[Clock] = []
        self.rungs: list[Escalation] = []
        self.events: list[Event] = []
        self.pauses: list[Pause] = []

    def write(self, tickets: int) -> None:
        Goal.objects.create(key="resolution_rate", value=0.9)
        issues = Ticket.objects.bulk_create([self.issue() for _n in range(tickets)])
        for ticket in issues:
            self.around(ticket)
        for rows in (self.clocks, self.rungs, self.events, self.pauses):
            type(rows[0])._default_manager.bulk_create(rows)
        links = {}
        for _n in range(tickets // 2):
            one, other = self.chance.sample(issues, 2)
            kind = self.chance.choice(["relapse", "relapse", "related"])
            links[one.pk, other.pk] = TicketLink(ticket=one, other=other, kind=kind, at=self.now)
        TicketLink.objects.bulk_create(links.values())

    def moment(self, since: datetime, until: datetime | None = None) -> datetime:
        """Any, but often one around which a day of some zone begins, above all a day of 23 or 25 hours."""
        until = until or self.now
        at = since + (until - since) * self.chance.random()
        if self.chance.random() < 0.4:
            zone = self.chance.choice(ZONES)
            day = self.chance.choice([*self.odd_days(zone, since, until), day_of(at, zone)])
            at = midnight(day, zone) + timedelta(microseconds=self.chance.choice([-1, 0, 0, 3_600_000_000]))
        return min(max(at, since), until)

    def odd_days(self, zone: ZoneInfo, since: datetime, until: datetime) -> Iterable[Any]:
        days = {day_of(since + timedelta(days=n), zone) for n in range((until - since).days)}
        return sorted(
            day for day in days if midnight(day + timedelta(days=1), zone) - midnight(day, zone) != timedelta(days=1)
        )

    def issue(self) -> Ticket:
        at = self.moment(self.begin)
        status = self.chance.choice(Status.values)
        answered = self.moment(at, min(at + timedelta(hours=30), self.now)) if status != Status.NEW else None
        done = self.moment(answered or at, min(at + timedelta(days=20), self.now)) if status in DONE else None
        late_p1 = at - self.begin > (self.now - self.begin) / 3
        return Ticket(
            customer=self.chance.choice(self.customers),
            subject="It does not work",
            severity=self.severities[self.chance.choice(["P1" if late_p1 else "P2", "P2", "P3", "P4"])],
            status=status,
            owner=self.chance.choice([*self.people, None]),
            team=self.chance.choice([*self.teams, None]),
            level=self.chance.randint(1, 5),
            reported_at=at,
            created_at=at,
            acknowledged_at=answered,
            resolved_at=done,
            closed_at=done if status == Status.CLOSED else None,
            cause=self.chance.choice(["", *RootCause.values[:3]]),
        )

    def around(self, ticket: Ticket) -> None:
        start = ticket.reported_at
        pauses = self.paused(ticket)
        self.pauses += pauses
        spans = [(pause.from_at, pause.to_at) for pause in pauses]
        self.clock(ticket, ClockKind.RESPONSE, 1, start, ticket.acknowledged_at, spans)
        self.clock(ticket, ClockKind.RESOLUTION, self.chance.randint(1, 3), start, ticket.resolved_at, spans)
        cycles = self.chance.randint(0, 3)
        for cycle in range(1, cycles + 1):
            stop = self.moment(start, ticket.resolved_at)
            is_last = cycle == cycles and ticket.resolved_at is None
            self.clock(ticket, ClockKind.UPDATE, cycle, start, None if is_last else stop, spans)
            start = stop
        self.happened(ticket, EventKind.OPENED, ticket.reported_at)
        if ticket.resolved_at or self.chance.random() < 0.3:
            at = ticket.resolved_at or self.moment(ticket.reported_at)
            self.happened(ticket, EventKind.RESOLVED, at)
            if self.chance.random() < 0.4:
                self.happened(ticket, EventKind.REOPENED, at)
        for level in self.chance.sample(Level.values, self.chance.randint(0, 4)):
            self.rung(ticket, level)

    def paused(self, ticket: Ticket) -> list[Pause]:
        if ticket.status == Status.WAITING:
            return [Pause(ticket=ticket, cause="waiting", from_at=self.moment(ticket.acknowledged_at))]
        if ticket.resolved_at is None or self.chance.random() < 0.5:
            return []
        since = self.moment(ticket.reported_at, ticket.resolved_at)
        until = self.moment(since, ticket.resolved_at)
        return [Pause(ticket=ticket, cause="waiting", from_at=since, to_at=until)]

    def clock(self, ticket: Ticket, kind: str, cycle: int, start: datetime, stop: datetime | None, spans: Any) -> None:
        budget = timedelta(hours=BUDGETS[ClockKind(kind)])
        clock = Clock(
            ticket=ticket,
            kind=kind,
            cycle=cycle,
            calendar=self.chance.choice(self.hours),
            started_at=start,
            budget=budget,
            warn_after=budget / 2,
            step=budget,
            promised=self.chance.random() < 0.5,
        )
        clock.due_at = None if clock.pausable and any(end is None for _start, end in spans) else start + budget
        clock.paused_at = None if clock.due_at else spans[0][0]
        if self.chance.random() < 0.4:
            clock.breached_at = self.moment(start, stop)
        if stop:
            verdict = (
                Verdict.BREACHED if clock.breached_at else self.chance.choice([Verdict.MET, Verdict.MET, "stopped"])
            )
            clock.stopped_at, clock.verdict, clock.paused_at = stop, verdict, None
            clock.keep_time(spans)
        self.clocks.append(clock)

    def rung(self, ticket: Ticket, level: str) -> None:
        at = self.moment(ticket.reported_at)
        taken = self.moment(at) if self.chance.random() < 0.5 else None
        self.rungs.append(
            Escalation(
                ticket=ticket,
                level=level,
                cause=Cause.values[0],
                at=at,
                taken_at=taken,
                taken_by_name="Somebody" if taken else "",
                ended_at=ticket.resolved_at and max(at, ticket.resolved_at),
            )
        )

    def happened(self, ticket: Ticket, kind: str, at: datetime) -> None:
        self.events.append(Event(ticket=ticket, kind=kind, due_at=at, at=at))
