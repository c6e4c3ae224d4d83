"""As many tickets as are asked for: drawn from phrases, played in memory, written in bulk."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import count as count_from
from itertools import cycle
from random import Random

from django.db.models import Max, Model

from contacts.matrix import Matrix
from contacts.models import Customer, User
from contacts.models.people import Role
from escalations.audit.chain import chain
from escalations.durations import Target
from escalations.models import Calendar, Clock, Escalation, Event, Pause, Severity, Ticket
from escalations.models.calendar import worktime_of
from escalations.search import index

from .acts import DAY, MINUTE, PACES, Act, Backwards, drawn
from .content import Story, read
from .life import Life
from .signed import Eras

MIX = {"P1": 5, "P2": 15, "P3": 40, "P4": 40}
OPEN, MOST_OPEN = 0.3, 10_000  # of all tickets; a desk of any size has people for so many at once
WAITING, OVERDUE, UNASSIGNED = 0.2, 0.06, 0.4  # of the open ones, of those that run, of the new ones
LATE, SLOW, PAUSED = 0.06, 0.05, 0.12  # of those that are over
YEAR = 364
UPDATES = {"P1": (2, 4), "P2": (1, 2), "P3": (1, 1), "P4": (1, 1)}
CHUNK = 1000


class Crowd:
    """Draws tickets, numbered from the first number that is free."""

    def __init__(self, now: datetime, rng: Random) -> None:
        self._now, self._rng = now, rng
        self._phrases = read("phrases.toml")
        self._keys = count_from(_last(Clock) + 1)
        self._numbers = count_from(_last(Ticket) + 1)
        self._matrix, self._eras = Matrix.at(now), Eras()
        self._severities = {s.code: s for s in Severity.objects.select_related("calendar", "response_calendar")}
        self._customers = list(Customer.objects.filter(churned_at=None).order_by("pk").prefetch_related("contacts"))
        self._people = list(User.objects.filter(role=Role.CSM).select_related("team").order_by("pk"))
        self._teams = {
            t: [user for user in self._people if user.team_id == t] for t in {u.team_id for u in self._people}
        }
        self._office = worktime_of(Calendar.objects.filter(default=True).first())
        self._back = {code: Backwards(severity.worktime, now) for code, severity in self._severities.items()}

    def write(self, count: int, whole: int) -> None:
        """Draw `count` tickets of a crowd that will have `whole`."""
        self._open = min(OPEN, MOST_OPEN / whole)
        for first in range(0, count, CHUNK):
            lives = [self._life() for _each in range(min(CHUNK, count - first))]
            events = [self._named(event) for life in lives for event in life.journal.events]
            chain(events)
            _create(Ticket, [life.ticket for life in lives])
            _create(Clock, [clock for life in lives for clock in life.clocks])
            _create(Pause, [pause for life in lives for pause in life.pauses])
            _create(Event, events)
            _create(Escalation, [escalation for life in lives for escalation in life.escalations])
            index([life.ticket for life in lives])

    def _named(self, event: Event) -> Event:
        event.uid = uuid.UUID(int=self._rng.getrandbits(128), version=4)
        return event

    def _life(self) -> Life:
        rng = self._rng
        code = rng.choices(list(MIX), weights=list(MIX.values()))[0]
        story, severity = self._story(code), self._severities[code]
        if rng.random() >= self._open:
            age = PACES[code].youngest + rng.random() * (YEAR - PACES[code].youngest)
            acts = drawn(story, severity, self._now, age, self._office, rng)
        else:
            acts = self._open_acts(story, severity)
        life = Life(self._ticket(story, severity, acts), self._people[0], self._matrix, self._keys)
        life.play(acts, self._now)
        life.ticket.protocol_id = self._eras.at(life.ticket.created_at)
        for clock in life.clocks:
            clock.protocol_id = self._eras.at(clock.started_at)
        return life

    def _open_acts(self, story: Story, severity: Severity) -> list[Act]:
        if self._rng.random() < WAITING:
            return self._waiting(severity, self._now - self._rng.uniform(8, 45) * DAY)
        used = self._rng.uniform(1.05, 2) if self._rng.random() < OVERDUE else self._rng.uniform(0.03, 0.97)
        budget = Target.parse(severity.resolution_target).budget(self._now - 60 * DAY, severity.worktime)
        return self._running(story, severity, self._back[severity.code].before(used * budget))

    def _waiting(self, severity: Severity, at: datetime) -> list[Act]:
        own, pace = severity.worktime, PACES[severity.code]
        reported = own.next_opening(at)
        answered = own.add(reported, self._rng.randint(*pace.answer) * MINUTE)
        waits = own.add(answered, self._rng.randint(*pace.ending) * MINUTE)
        reason = {"reason": self._rng.choice(self._phrases["words"]["wait"])}
        return [Act(reported, "open"), Act(answered, "acknowledge"), Act(waits, "wait", words=reason)]

    def _running(self, story: Story, severity: Severity, reported: datetime) -> list[Act]:
        """Answered in time if that time has come, and kept informed as the severity asks."""
        own, pace = severity.worktime, PACES[severity.code]
        acts = [Act(reported, "open")]
        at = own.add(reported, self._rng.randint(*pace.answer) * MINUTE)
        if at < self._now:
            acts.append(Act(at, "acknowledge"))
        for summary, next_steps in cycle(story.updates):
            at = own.add(at, self._rng.randint(*pace.between) * MINUTE)
            if at >= self._now:
                return acts
            acts.append(Act(at, "update", words={"summary": summary, "next_steps": next_steps}))
        return acts

    # -- what it is about --------------------------------------------------------------------------------------------

    def _story(self, code: str) -> Story:
        rng, words = self._rng, self._phrases["words"]
        area = rng.choice(self._phrases["areas"])
        subject = f"{area} {rng.choice(self._phrases['symptoms'][code])} {rng.choice(self._phrases['where'])}"
        updates = [(rng.choice(words["update"]), rng.choice(words["next"])) for _ in range(rng.randint(*UPDATES[code]))]
        return Story(
            severity=code,
            customer="",
            subject=subject,
            description=f"{subject}. {rng.choice(self._phrases['impact'][code])}",
            tags=(area.split()[-1].lower(),),
            updates=tuple(updates),
            wait=rng.choice(words["wait"]) if rng.random() < PAUSED else "",
            slow=rng.random() < SLOW,
            late=rng.random() < LATE,
            root_cause=rng.choice(words["root_cause"]),
            solution=rng.choice(words["solution"]),
            prevention=rng.choice(words["prevention"]),
        )

    def _ticket(self, story: Story, severity: Severity, acts: Sequence[Act]) -> Ticket:
        rng, customer = self._rng, self._rng.choice(self._customers)
        owner = rng.choice(self._teams.get(customer.team_id) or self._people)
        reporter = next(iter(customer.contacts.all()), None)
        return Ticket(
            pk=next(self._numbers),
            customer=customer,
            subject=story.subject,
            description=story.description,
            severity=severity,
            owner=None if len(acts) == 1 and rng.random() < UNASSIGNED else owner,
            team_id=customer.team_id,
            reporter_name=reporter.name if reporter else "",
            reporter_email=reporter.email if reporter else "",
            source=rng.choice(["web", "mail", "mail", "phone", "api"]),
            tags=list(story.tags),
            reported_at=acts[0].at,
        )


def _create(model: type[Model], rows: Sequence[Model]) -> None:
    model._default_manager.bulk_create(rows, batch_size=CHUNK)


def _last(model: type[Model]) -> int:
    return model._default_manager.aggregate(last=Max("pk"))["last"] or 0
