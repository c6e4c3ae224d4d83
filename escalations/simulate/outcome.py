"""What came of one replayed issue, and the sums over many."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from contacts.hours import zone_named
from escalations.models.clock import REMINDER

COUNTERS = ("breaches", "told", "reached", "mails", "nights")
EXECUTIVES = ("3", "4", "5")
MOST_PEOPLE = 200  # named in a result
NIGHT_FROM, NIGHT_UNTIL = 22, 7  # hours on the wall of whoever is told


@dataclass(frozen=True)
class Fired:
    """What a clock did: at_risk, breach, step:n or reminder:…, when it was due and when it came."""

    clock: str
    cycle: int
    key: str
    due_at: datetime
    at: datetime


@dataclass(frozen=True)
class Told:
    """A rung that was told; `to` are the names of those who were."""

    level: str
    cause: str
    at: datetime
    to: tuple[str, ...]


@dataclass(frozen=True)
class Mail:
    """One message to one person at one moment; `leaves_at` None: it stays in the app. `rung`: which one it tells."""

    at: datetime
    email: str
    name: str
    kind: str
    rung: str
    zone: str
    leaves_at: datetime | None

    @property
    def is_night_call(self) -> bool:
        if self.rung not in EXECUTIVES or self.leaves_at is None:
            return False
        hour = self.leaves_at.astimezone(zone_named(self.zone)).hour
        return hour >= NIGHT_FROM or hour < NIGHT_UNTIL


@dataclass
class Outcome:
    severity: str = ""  # the last one
    fired: list[Fired] = field(default_factory=list)
    breached: dict[tuple[str, int], datetime] = field(default_factory=dict)  # by clock and its last cycle
    told: list[Told] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)


@dataclass
class Tally:
    """Sums of outcomes, small whatever their number."""

    issues: int = 0
    breaches: Counter[str] = field(default_factory=Counter)  # "response P1"
    told: Counter[str] = field(default_factory=Counter)  # by rung
    reached: Counter[str] = field(default_factory=Counter)  # issues on which this level or a higher one was told
    mails: Counter[str] = field(default_factory=Counter)  # by address
    names: dict[str, str] = field(default_factory=dict)
    reminders: int = 0
    nights: Counter[str] = field(default_factory=Counter)  # by address

    def add(self, outcome: Outcome) -> None:
        self.issues += 1
        self.breaches.update(f"{kind} {outcome.severity}" for kind, _cycle in outcome.breached)
        self.told.update(told.level for told in outcome.told)
        highest = max((int(told.level) for told in outcome.told if told.level.isdigit()), default=0)
        self.reached.update(str(level) for level in range(1, highest + 1))
        self.reminders += sum(fired.key.startswith(REMINDER) for fired in outcome.fired)
        for mail in outcome.mails:
            if mail.leaves_at is not None:
                self.mails[mail.email] += 1
                self.names.setdefault(mail.email, mail.name)
            self.nights[mail.email] += mail.is_night_call

    def kept(self) -> dict[str, Any]:
        """All of it, to go on from later."""
        return dict(vars(self))

    @classmethod
    def found(cls, kept: dict[str, Any]) -> Self:
        made: dict[str, Any] = {name: Counter(kept[name]) for name in COUNTERS}
        return cls(**{**kept, **made})

    def as_data(self) -> dict[str, Any]:
        """For the row of the run: names in place of addresses."""
        mails = sorted(self.mails.items(), key=lambda each: (-each[1], each[0]))[:MOST_PEOPLE]
        return {
            "issues": self.issues,
            "breaches": dict(self.breaches),
            "told": dict(self.told),
            "reached": dict(self.reached),
            "reminders": self.reminders,
            "mails": [{"name": self.names[to], "key": to, "n": n} for to, n in mails],
            "nights": sum(self.nights.values()),
            "woken": sum(n > 0 for n in self.nights.values()),
        }
