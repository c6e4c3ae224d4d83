"""The numbers once more, in plain Python over all rows, by the words of the contract and of `metrics.tally`."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from contacts.models import Customer
from escalations.models import Clock, Escalation, Event, Pause, Ticket, TicketLink
from escalations.spans import used
from metrics.scope import Scope


class Oracle:
    """Reads everything once."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.tickets = list(Ticket.objects.select_related("customer"))
        self.clocks = list(Clock.objects.select_related("calendar"))
        self.rungs = list(Escalation.objects.all())
        self.events = {(event.ticket_id, event.kind) for event in Event.objects.all()}
        self.relapsed = {link.other_id for link in TicketLink.objects.filter(kind="relapse")}
        self.pauses: dict[int, list[Any]] = {}
        self.owns: dict[int, int] = {}  # microseconds of clocks that were asked for
        for pause in Pause.objects.order_by("from_at"):
            self.pauses.setdefault(pause.ticket_id, []).append((pause.from_at, pause.to_at))

    def fits(self, ticket: Ticket, scope: Scope) -> bool:
        return (
            (not scope.severity or ticket.severity_id == scope.severity)
            and (not scope.team or ticket.team_id == scope.team.pk)
            and (not scope.customer or ticket.customer_id == scope.customer.pk)
            and (not scope.owner or ticket.owner_id == scope.owner.pk)
            and (not scope.no_team or ticket.team_id is None)
            and (not scope.no_owner or ticket.owner_id is None)
        )

    def sums(self, scope: Scope, first: date, last: date, more: Any = None) -> dict[str, int]:
        """The columns for the local days from `first` to `last`."""
        mine = {t.pk: t for t in self.tickets if self.fits(t, scope) and (more is None or more(t))}
        found: Counter[str] = Counter()

        def on(at: datetime | None) -> bool:
            return at is not None and first <= at.astimezone(scope.zone).date() <= last

        rungs = dict.fromkeys(mine, 0)
        for rung in self.rungs:
            if rung.ticket_id in mine and rung.level.isdigit():
                rungs[rung.ticket_id] = max(rungs[rung.ticket_id], int(rung.level))
        for pk, ticket in mine.items():
            if on(ticket.reported_at):
                found["opened"] += 1
                found["opened_done"] += ticket.status in ("resolved", "closed")
                for level in range(2, 6):
                    found[f"reached_{level}"] += rungs[pk] >= level
                found["once_resolved"] += (pk, "resolved") in self.events
                found["once_reopened"] += (pk, "reopened") in self.events
                found["relapsed"] += pk in self.relapsed
            if on(ticket.acknowledged_at):
                found["answered"] += 1
                found["answer_elapsed"] += micro(ticket.acknowledged_at - ticket.reported_at)
                found["answer_worked"] += sum(
                    self.own(c) for c in self.clocks if c.ticket_id == pk and c.kind == "response"
                )
            if on(ticket.resolved_at):
                found["resolved"] += 1
                found["resolve_elapsed"] += micro(ticket.resolved_at - ticket.reported_at)
                found["resolve_worked"] += sum(
                    self.own(c) for c in self.clocks if c.ticket_id == pk and c.kind == "resolution"
                )
        for clock in self.clocks:
            if clock.ticket_id in mine:
                met = clock.verdict == "met" and clock.breached_at is None and on(clock.stopped_at)
                for name in (clock.kind, *(["promise"] if clock.promised and clock.kind == "update" else [])):
                    found[f"{name}_met"] += met
                    found[f"{name}_missed"] += on(clock.breached_at)
        for rung in self.rungs:
            if rung.ticket_id in mine and on(rung.taken_at):
                found["taken"] += 1
                found["take_elapsed"] += micro(rung.taken_at - rung.at)
        return {name: number for name, number in found.items() if number}

    def own(self, clock: Clock) -> int:
        if clock.stopped_at is None:
            return 0
        if clock.pk not in self.owns:
            pauses = self.pauses.get(clock.ticket_id, []) if clock.kind != "response" else []
            self.owns[clock.pk] = micro(used(clock.worktime, clock.started_at, clock.stopped_at, pauses))
        return self.owns[clock.pk]

    def open(self, scope: Scope) -> list[Ticket]:
        return [t for t in self.tickets if self.fits(t, scope) and t.status not in ("resolved", "closed")]

    def open_at(self, scope: Scope, end: datetime) -> int:
        mine = [t for t in self.tickets if self.fits(t, scope)]
        return sum(t.reported_at < end and (t.resolved_at is None or t.resolved_at >= end) for t in mine)

    def at_risk(self, scope: Scope, more: Any = None) -> Decimal:
        customers: set[Customer] = {t.customer for t in self.open(scope) if more is None or more(t)}
        return sum((c.annual_value for c in customers if c.annual_value and c.currency == "EUR"), Decimal(0))

    def critical(self, scope: Scope) -> int:
        """P1 of this month where the site is, in UTC."""
        month = self.at.replace(day=1, hour=0, minute=0)
        return sum(
            self.fits(t, scope) and t.severity_id == "P1" and month <= t.reported_at <= self.at for t in self.tickets
        )

    def retention(self, scope: Scope, until: datetime) -> float | None:
        year = until - timedelta(days=365)
        asked = {t.customer for t in self.tickets if self.fits(t, scope) and year <= t.reported_at < until}
        kept = [c for c in asked if c.churned_at is None or c.churned_at > until]
        return len(kept) / len(asked) if asked else None

    def ages(self, scope: Scope) -> list[int]:
        bounds = [(0, 0), (1, 2), (3, 6), (7, 13), (14, 29), (30, 10_000)]
        today = self.at.astimezone(scope.zone).date()
        days = [(today - t.reported_at.astimezone(scope.zone).date()).days for t in self.open(scope)]
        return [sum(least <= day <= most for day in days) for least, most in bounds]

    def heat(self, scope: Scope) -> dict[tuple[int, int], int]:
        mine = {t.pk for t in self.tickets if self.fits(t, scope)}
        moments = [
            c.breached_at.astimezone(scope.zone)
            for c in self.clocks
            if c.ticket_id in mine and c.kind != "update" and c.breached_at
        ]
        return Counter((m.weekday(), m.hour) for m in moments if scope.first <= m.date() <= scope.last)

    def took(self, scope: Scope) -> list[float]:
        """Seconds from the report to the answer, of those answered in the period."""
        period = scope.period
        mine = [t for t in self.tickets if self.fits(t, scope) and t.acknowledged_at]
        return sorted(
            (t.acknowledged_at - t.reported_at).total_seconds()
            for t in mine
            if period.since <= t.acknowledged_at < period.until
        )


def micro(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
