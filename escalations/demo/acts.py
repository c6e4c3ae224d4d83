"""From a story to its acts: what is done to the ticket, when, and by whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from escalations.durations import Target
from escalations.models import Severity
from escalations.worktime import WorkCalendar

from .content import Story

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def dice(*seed: object) -> Random:
    """The same numbers for the same seed."""
    return Random(" ".join(map(str, seed)))  # noqa: S311 – a demo has no secrets


@dataclass(frozen=True)
class Act:
    """`by` is a username; empty is whoever owns the ticket, or logs it if nobody does."""

    at: datetime
    verb: str
    by: str = ""
    words: dict[str, Any] = field(default_factory=dict)


# -- open now: by the script ------------------------------------------------------------------------------------------


def scripted(story: Story, now: datetime, office: WorkCalendar) -> list[Act]:
    """The acts of a script, whose times count back from `now`; wh are working hours of `office`."""
    written, back = Written(story), Backwards(office, now)
    return [_scripted(step, written, now, back) for step in story.script]


def _scripted(step: Sequence[str], written: "Written", now: datetime, back: "Backwards") -> Act:
    ago, verb, *rest = step
    at = back.before(int(ago[:-2]) * HOUR) if ago.endswith("wh") else now - _span(ago)
    promise = next((now + _span(each) for each in rest if each.startswith("+")), None)
    by = next((each for each in rest if not each.startswith("+")), "")
    words = written.words(verb)
    return Act(at, verb, by, words | {"next_update_at": promise} if promise else words)


def _span(text: str) -> timedelta:
    return int(text[:-1]) * {"m": MINUTE, "h": HOUR, "d": DAY}[text[-1]]


class Backwards:
    """Working time counted back from `now`."""

    def __init__(self, calendar: WorkCalendar, now: datetime) -> None:
        self._open = list(reversed(list(calendar.open_intervals(now - 120 * DAY, now))))

    def before(self, amount: timedelta) -> datetime:
        """The instant from which `amount` of working time has passed until now."""
        for opens, closes in self._open:
            if amount <= closes - opens:
                return closes - amount
            amount -= closes - opens
        raise ValueError("more working time than 120 days hold")


class Written:
    """The words of a story, handed out in their order."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._notes = iter(story.notes)
        self._updates = iter(story.updates)
        self._replies = iter(story.replies)

    def words(self, verb: str) -> dict[str, Any]:
        story = self._story
        match verb:
            case "note":
                return {"text": next(self._notes)}
            case "update":
                summary, next_steps = next(self._updates)
                return {"summary": summary, "next_steps": next_steps}
            case "reply":
                return {"text": next(self._replies)}
            case "wait":
                return {"reason": story.wait}
            case "escalate":
                return {"reason": story.escalate}
            case "reopen":
                return {"reason": story.reopen}
            case "change_severity":
                return {"severity": story.severity, "reason": story.raised[1]}
            case "resolve":
                return {"root_cause": story.root_cause, "solution": story.solution, "prevention": story.prevention}
        return {}


# -- over: drawn from the seed ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pace:
    """How fast a severity is worked on: minutes of its clocks' own time, from and to."""

    answer: tuple[int, int]
    between: tuple[int, int]
    ending: tuple[int, int]
    waiting: tuple[int, int]
    taking: tuple[int, int]
    youngest: float  # days since the report, so that the story is over by now


PACES = {
    "P1": Pace((3, 12), (38, 54), (15, 35), (20, 60), (4, 9), 0.9),
    "P2": Pace((8, 50), (240, 460), (120, 280), (300, 900), (20, 45), 2.5),
    "P3": Pace((20, 200), (260, 700), (180, 600), (240, 700), (60, 150), 9),
    "P4": Pace((60, 420), (500, 1400), (400, 1400), (480, 960), (120, 300), 17),
}
OLDEST = 88  # days: what the dashboard of ninety days shows


def ages(stories: Sequence[Story], rng: Random) -> list[float]:
    """For each story its days since the report: spread evenly over three months, a little denser of late."""
    places = list(range(len(stories)))
    rng.shuffle(places)
    shares = [((place + rng.random()) / len(stories)) ** 1.2 for place in places]
    return [
        PACES[story.severity].youngest + share * (OLDEST - PACES[story.severity].youngest)
        for story, share in zip(stories, shares, strict=True)
    ]


def drawn(story: Story, severity: Severity, now: datetime, age: float, office: WorkCalendar, rng: Random) -> list[Act]:
    """The acts of a story that is over. Customers take their time to confirm: what was solved of late is not closed."""
    days = age
    state = rng.getstate()
    while True:
        rng.setstate(state)
        reported = _reported(now - days * DAY, severity, office, rng)
        acts = list(_Drawing(story, severity, reported, office, rng).acts())
        if all(act.at < now - 20 * MINUTE for act in acts if act.verb != "close"):
            return [act for act in acts if act.verb != "close" or act.at < now - 7 * DAY]
        days += 0.5


def _reported(at: datetime, severity: Severity, office: WorkCalendar, rng: Random) -> datetime:
    """Grave things come at any hour, though most come by day; the others in working hours."""
    if severity.calendar is None and rng.random() < 0.35:
        return at
    return office.add(office.next_opening(at), rng.randint(5, 400) * MINUTE)


class _Drawing:
    def __init__(self, story: Story, severity: Severity, reported: datetime, office: WorkCalendar, rng: Random) -> None:
        self._story, self._reported, self._office, self._rng = story, reported, office, rng
        self._severity, self._own = severity, severity.worktime
        self._pace = PACES[severity.code]
        self._written = Written(story)
        self._minutes = 0  # of own time since the report

    def acts(self) -> Iterator[Act]:
        story, pace = self._story, self._pace
        logged = self._reported + self._rng.randint(20, 150) * timedelta(seconds=1)
        yield Act(logged, "open", words={"reported_at": self._reported})
        if story.slow:
            self._minutes = self._minutes_of(self._severity.response_target)
        yield self._after(pace.answer, "acknowledge")
        if story.raised:
            yield self._after((20, 40), "change_severity")
        if story.wait:
            yield self._after(pace.ending, "wait")
            yield self._after(pace.waiting, "resume")
        yield from self._work()
        yield from self._end()

    def _work(self) -> Iterator[Act]:
        notes, updates = len(self._story.notes), len(self._story.updates)
        if self._story.late and self._story.severity != "P1":
            updates -= 1  # the last one follows the breach
        for turn in range(max(notes, updates)):
            low, high = self._pace.between
            if turn < notes:
                yield self._after((low // 3, low // 2), "note")
                low, high = low // 2, high - low // 2
            if turn < updates:
                yield self._after((low, high), "update")
            if turn == 0 and self._story.escalate:
                yield self._after((40, 70), "escalate")
                yield self._after(self._pace.taking, "take")

    def _end(self) -> Iterator[Act]:
        if self._story.late:
            yield from self._miss_the_target()
        if self._story.reopen:
            yield self._after(self._pace.ending, "resolve")
            yield self._after((500, 700), "reopen")
        yield self._after(self._pace.ending, "resolve")
        yield Act(self._at() + self._rng.uniform(1, 3) * DAY, "close")

    def _miss_the_target(self) -> Iterator[Act]:
        """Somebody who was told takes it after the breach, and then the customer hears something."""
        self._minutes = max(self._minutes, self._minutes_of(self._severity.resolution_target))
        yield self._after(self._pace.taking, "take")
        if self._story.severity != "P1":
            yield self._after((10, 25), "update")

    def _minutes_of(self, target: str) -> int:
        return int(Target.parse(target).budget(self._reported, self._own) / MINUTE)

    def _after(self, minutes: tuple[int, int], verb: str) -> Act:
        self._minutes += self._rng.randint(*minutes)
        return Act(self._at(), verb, words=self._written.words(verb))

    def _at(self) -> datetime:
        return self._own.add(self._reported, self._minutes * MINUTE)
