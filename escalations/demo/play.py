"""Plays the stories: the desk's own verbs and the engine's own sweep, each at its time, up to now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from contacts.models import Customer, User
from escalations.actors import Actor
from escalations.enums import Source
from escalations.models import Calendar, Clock, Escalation, Heartbeat, Severity, Ticket
from escalations.models.calendar import worktime_of
from escalations.questions import Answers
from escalations.sweep import sweep
from escalations.triage import Decision
from escalations.verbs.team import usual_team

from .acts import INSTANT, Act, ages, dice, drawn, scripted
from .after import Aftercare, with_review
from .content import Story, open_stories, past_stories
from .signed import Versions

SOURCES = {"web": 4, "mail": 5, "phone": 2, "api": 1}
ON_DUTY = "priya"  # logs what nobody owns yet


def play(now: datetime, seed: int, count: int) -> int:
    """Play up to `count` stories, what is open first; returns how many there were."""
    plots = sorted(_plots(now, seed, count), key=lambda each: each.acts[0].at)
    desk = Desk(now)
    todo = [(act, plot) for plot in plots for act in plot.acts]
    for act, plot in sorted(todo, key=lambda pair: pair[0].at):
        desk.run_engine(until=act.at - INSTANT)  # an act at the very instant of a breach comes before it
        desk.perform(act, plot)
    desk.run_engine(until=now)
    # The loops themselves have not run yet: what this history says of them would be read as their silence.
    Heartbeat.objects.all().delete()
    return len(plots)


@dataclass
class Plot:
    story: Story
    owner: User | None
    source: str
    acts: list[Act]
    ticket: Any = None


def _plots(now: datetime, seed: int, count: int) -> Iterable[Plot]:
    office = worktime_of(Calendar.objects.filter(default=True).first())
    severities = {severity.code: severity for severity in Severity.objects.select_related("calendar")}
    users = {user.username: user for user in User.objects.select_related("team").order_by("pk")}
    opened = open_stories()[:count]
    for story in opened:
        yield Plot(story, users.get(story.owner), _source(dice(seed, story.subject)), scripted(story, now, office))
    past = past_stories()[: count - len(opened)]
    for story, age in zip(past, ages(past, dice(seed)), strict=True):
        rng = dice(seed, story.subject)
        acts = drawn(story, severities[story.severity], now, age, office, rng)
        yield Plot(story, _owner(story, users.values(), rng), _source(rng), with_review(story, acts, now))


def _way_in(plot: "Plot", by: User, reporter: Any) -> dict[str, Any]:
    """Logged by a colleague, or opened by a mail that its customer wrote."""
    if not plot.story.mail:
        return {"source": plot.source, "by": by}
    triage = Decision(Answers(), plot.story.first_severity)
    return {"source": Source.MAIL, "by": Actor.outsider(reporter.name), "untriaged": True, "triage": triage}


def _source(rng: Random) -> str:
    return rng.choices(list(SOURCES), weights=list(SOURCES.values()))[0]


def _owner(story: Story, users: Iterable[User], rng: Random) -> User:
    team = Customer.objects.get(slug=story.customer).team_id
    return rng.choice([user for user in users if user.role == "csm" and user.team_id == team])


class Desk:
    """Performs one act after the other, with the people of the demo."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._after, self._protocol = Aftercare(now), Versions(now)
        self._users = {user.username: user for user in User.objects.all()}
        self._severities = {severity.code: severity for severity in Severity.objects.all()}

    def run_engine(self, *, until: datetime) -> None:
        """Sweep at every instant at which something is due, as the tick would have."""
        self._protocol.run(until=until)
        while True:
            coming = Clock.objects.exclude(next_event_at=None).order_by("next_event_at").first()
            if coming is None or not coming.next_event_at or coming.next_event_at > until:
                break
            if sweep(coming.next_event_at).set_aside:
                raise RuntimeError(f"clock {coming} cannot be worked")
        self._after.run(until=until)

    def perform(self, act: Act, plot: Plot) -> None:
        by = self._users.get(act.by) or plot.owner or self._users[ON_DUTY]
        match act.verb:
            case "open":
                plot.ticket = self._open(act, plot, by)
            case "take":
                self._take(act, plot.ticket)
            case "review":
                self._after.review(plot.ticket, plot.story, by, act.at)
            case "team":
                people = usual_team(plot.ticket, act.at)
                plot.ticket.add_responders(people=people, by=by, at=act.at)
            case "call":
                self._call(plot.ticket, by, act.at)
            case "reply":
                self._reply(act, plot.ticket)
            case "close":
                self._after.close(plot.ticket, by, act.at)
            case "acknowledge":
                grave = plot.story.first_severity in ("P1", "P2")
                plot.ticket.acknowledge(by=by, at=act.at, message=grave)
            case "update":
                plot.ticket.send_update(by=by, at=act.at, **act.words)
            case "change_severity":
                words = act.words | {"severity": self._severities[act.words["severity"]]}
                plot.ticket.change_severity(by=by, at=act.at, **words)
            case verb:
                getattr(plot.ticket, verb)(by=by, at=act.at, **act.words)

    def _open(self, act: Act, plot: Plot, by: User) -> Ticket:
        customer = Customer.objects.select_related("team").get(slug=plot.story.customer)
        reporter = customer.contacts.first()
        return Ticket.objects.open(
            customer=customer,
            subject=plot.story.subject,
            description=plot.story.description,
            severity=self._severities[plot.story.first_severity],
            owner=plot.owner,
            reporter_name=reporter.name if reporter else "",
            reporter_email=reporter.email if reporter else "",
            tags=plot.story.tags,
            **_way_in(plot, by, reporter),
            at=act.at,
            **act.words,
        )

    def _reply(self, act: Act, ticket: Ticket) -> None:
        mail = {"subject": f"Re: {ticket.subject}", "from": ticket.reporter_email, "quote": "", "refused": []}
        ticket.customer_replies(**act.words, by=Actor.outsider(ticket.reporter_name), at=act.at, mail=mail)

    def _call(self, ticket: Ticket, by: User, at: datetime) -> None:
        """With the reporter, at the next half hour that leaves everybody time to come."""
        soon = self._now.replace(minute=0, second=0) + timedelta(minutes=30 * (self._now.minute // 30 + 2))
        team = ticket.responders.filter(left_at=None)
        people = [*((person.name, person.email) for person in team), (ticket.reporter_name, ticket.reporter_email)]
        ticket.schedule_call(
            title="Where we stand, and what comes next",
            starts_at=soon,
            minutes=30,
            place="https://meet.example/switchback",
            agenda="What was done since the last message, what is still open, and until when.",
            attendees=[{"name": name, "email": email} for name, email in people if email],
            by=by,
            at=at,
        )

    def _take(self, act: Act, ticket: Ticket) -> None:
        """By whoever stands on the highest rung that was told, who has looked at it a little before."""
        told = ticket.escalations.filter(ended_at=None, level__in="12345").order_by("-level").first()
        if told is None:
            return
        person = told.contacts[0]
        user = next((user for user in self._users.values() if user.email == person["email"]), None)
        ticket.take(by=user or Actor.outsider(person["name"]), at=act.at)
        Escalation.objects.filter(pk=told.pk).update(seen_at=act.at - timedelta(seconds=70))
