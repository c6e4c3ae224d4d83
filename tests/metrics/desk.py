"""A desk where anything may have happened: issues of two teams and four customers, played at random by a seed."""

import random
from datetime import datetime, timedelta
from typing import Any

from contacts.models import Customer, Team, User
from escalations.enums import OPEN, RootCause
from escalations.errors import Invalid, NotAllowed
from escalations.models import Goal, Severity, Ticket
from escalations.sweep import sweep

VERBS = (
    *("acknowledge", "acknowledge", "change_severity", "wait", "resume", "send_update", "send_update", "escalate"),
    *("take", "take", "de_escalate", "resolve", "resolve", "reopen", "reopen", "close", "assign", "link", "merge"),
)


class Desk:
    """`turns` things happen, a random while apart, and end at `now`; a sweep comes after each."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.chance, self.now = random.Random(seed), now
        teams = [Team.objects.create(slug=slug, name=slug.upper()) for slug in ("emea", "apac")]
        self.people = [
            User.objects.create(username=f"person-{n}", email=f"p{n}@desk.example", team=team)
            for n, team in enumerate([*teams, None])
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
        Goal.objects.create(key="resolution_rate", value=0.9)

    def play(self, tickets: int, turns: int, days: int) -> None:
        gap = timedelta(days=days) / turns
        at = self.now - timedelta(days=days)
        for turn in range(turns):
            at = min(at + gap * self.chance.uniform(0.2, 1.7), self.now - timedelta(minutes=2))
            if turn % (turns // tickets) == 0:
                self.open(at)
            else:
                self.act(at)
            if turn % 2:
                sweep(at)

    def open(self, at: datetime) -> Ticket:
        late = timedelta(minutes=self.chance.choice([0, 0, 10, 3000]))
        ticket: Ticket = Ticket.objects.open(
            customer=self.chance.choice(self.customers),
            subject="It does not work",
            severity=self.severities[self.chance.choice(["P1", "P2", "P2", "P3", "P4"])],
            by=self.people[0],
            owner=self.chance.choice([*self.people, None]),
            at=at,
            reported_at=at - late,
        )
        if self.chance.random() < 0.5:
            ticket.acknowledge(by=self.people[0], at=at + timedelta(minutes=1))
        return ticket

    def act(self, at: datetime) -> None:
        verb = self.chance.choice(VERBS)
        tickets = (
            Ticket.objects.exclude(status="closed") if verb != "reopen" else Ticket.objects.exclude(status__in=OPEN)
        )
        if ticket := self.chance.choice([*tickets.order_by("pk")] or [None]):
            try:
                getattr(ticket, verb)(by=self.chance.choice(self.people), at=at, **self._arguments(verb, ticket, at))
            except (NotAllowed, Invalid):
                return
            if verb == "resolve":
                Ticket.objects.filter(pk=ticket.pk).update(cause=self.chance.choice(["", *RootCause.values[:3]]))

    def _arguments(self, verb: str, ticket: Ticket, at: datetime) -> dict[str, Any]:
        match verb:
            case "assign":
                return {"owner": self.chance.choice([each for each in self.people if each != ticket.owner])}
            case "change_severity":
                others = [code for code in self.severities if code != ticket.severity_id]
                return {"severity": self.severities[self.chance.choice(others)], "reason": "It changed."}
            case "send_update":
                promise = at + timedelta(minutes=self.chance.randint(5, 2000))
                return {
                    "summary": "News.",
                    "next_steps": "More.",
                    "next_update_at": self.chance.choice([None, promise, promise]),
                }
            case "resolve":
                return {"root_cause": "a", "solution": "b", "prevention": "c"}
            case "link":
                other = self.chance.choice(list(Ticket.objects.order_by("pk")))
                return {"other": other, "kind": self.chance.choice(["relapse", "relapse", "related"])}
            case "merge":
                return {"into": self.chance.choice(list(Ticket.objects.order_by("pk"))), "reason": "The same."}
            case "acknowledge" | "resume" | "take":
                return {}
        return {"reason": "Because."}
