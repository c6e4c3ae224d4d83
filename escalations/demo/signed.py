"""The demo desk's protocol: loaded a year ago, signed about eleven weeks ago, and a draft that people talk about."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F

from contacts.models import User
from escalations.models.version import Office, ProtocolVersion
from escalations.protocol import versions
from escalations.protocol.content import Content, snapshot

from .acts import DAY

LOADED = 400 * DAY  # before now: before the oldest issue of the crowd
SIGNED_WEEKS = 11  # before this week's Monday
DRAFTED, DISCUSSED = 4 * DAY, 2 * DAY  # ago
DRAFTS, RUNS_THE_DESK = "morgan", "admin"
SIGNERS = {Office.VP: "vera", Office.CCO: "ines", Office.OPERATIONS: RUNS_THE_DESK}
SIGNING = ((Office.VP, -6, time(13, 40)), (Office.CCO, -4, time(16, 10)), (Office.OPERATIONS, -3, time(11, 25)))

FIRST = "The first version that is signed: our department, our own rules, goals for the numbers"
DEPARTMENT = "Customer Success (EMEA, Americas, Asia-Pacific)"
NOTICE = (
    "A customer whose work stands still, or who has lost faith in us, comes before everything else on this desk. Each "
    "of us knows this page and keeps to its times, at night and at weekends too where it says so. If you are in doubt "
    "how grave something is, take the graver severity and say why: to step down later costs nothing."
)
NOTES = (
    "Payments: an issue in which money may be lost or paid twice is a P1, whatever the number of people affected.\n"
    "Handing over between regions: whoever goes home calls whoever comes in for each open P1 and P2, and both say so "
    "on the issue.\n"
    "Press or lawyers: nobody but the VP of Customer Success answers them."
)
GOALS = {
    "avg_response_seconds": 3600.0,
    "avg_resolution_seconds": 172800.0,
    "resolution_rate": 0.9,
    "customer_retention": 0.95,
    "sla_met_response": 0.95,
    "sla_met_resolution": 0.9,
    "kept_promises": 0.95,
}
SECOND = "P2 is answered within 45 minutes, and P3 climbs every two hours"


def settle_in(now: datetime) -> None:
    """What the stage set on the day after the protocol was loaded is what ran from then on."""
    by = User.objects.get(username=RUNS_THE_DESK)
    versions.settings_changed(by, now - LOADED + DAY)
    _end_in_order()


class Versions:
    """Plays what people did about the protocol; nothing, if somebody has begun with that already."""

    def __init__(self, now: datetime) -> None:
        people = User.objects.in_bulk([DRAFTS, *SIGNERS.values()], field_name="username")
        begun = ProtocolVersion.objects.filter(runs_from=None) | ProtocolVersion.objects.exclude(number=None)
        self._people = people
        self._todo: list[tuple[datetime, Callable[[datetime], object]]] = []
        ready = versions.running() and len(people) == len({DRAFTS, *SIGNERS.values()})
        if ready and not begun.exists() and people[DRAFTS].may_manage and all(map(versions.may_sign, people.values())):
            self._todo = sorted(self._steps(now), key=lambda step: step[0])

    def run(self, *, until: datetime) -> None:
        while self._todo and self._todo[0][0] <= until:
            at, step = self._todo.pop(0)
            step(at)

    def _steps(self, now: datetime) -> list[tuple[datetime, Callable[[datetime], object]]]:
        zone = ZoneInfo(settings.TIME_ZONE)
        today = now.astimezone(zone).date()
        monday = today - timedelta(days=today.weekday(), weeks=SIGNED_WEEKS)

        def on(day: int, hour: time) -> datetime:
            return datetime.combine(monday + day * DAY, hour, zone).astimezone(now.tzinfo)

        start = on(0, time())
        return [
            (on(-10, time(9, 20)), lambda at: self._draft(at, FIRST, self._first(), start, tuple(SIGNERS))),
            *((on(day, hour), lambda at, office=office: self._sign(at, office)) for office, day, hour in SIGNING),
            (start, self._enforce),
            (now - DRAFTED, lambda at: self._draft(at, SECOND, self._second(), None, (Office.VP, Office.CCO))),
            (now - DISCUSSED, lambda at: self._sign(at, Office.CCO)),
        ]

    def _draft(
        self, at: datetime, title: str, content: Content, start: datetime | None, offices: tuple[Office, ...]
    ) -> None:
        by = self._people[DRAFTS]
        draft = versions.begin_draft(by=by, at=at, title=title)
        at += timedelta(minutes=35)
        draft = versions.edit(draft, content, by=by, at=at, edits=draft.edits, effective_at=start)
        for office in offices:
            versions.ask(draft, office, self._people[SIGNERS[office]], by=by, at=at + timedelta(minutes=2))

    def _sign(self, at: datetime, office: Office) -> None:
        draft = ProtocolVersion.objects.get(stage="draft")
        versions.sign(draft, office, by=self._people[SIGNERS[office]], at=at, seen=draft.digest)

    def _enforce(self, at: datetime) -> None:
        versions.enforce(at)
        _end_in_order()

    def _first(self) -> Content:
        return snapshot() | {"department": DEPARTMENT, "critical_notice": NOTICE, "notes": NOTES, "goals": GOALS}

    def _second(self) -> Content:
        content = snapshot()
        content["severities"]["P2"]["response_target"] = "45m"
        content["severities"]["P3"]["step"] = "2h"
        return content


class Eras:
    """Which version ran when, for those who ask often."""

    def __init__(self) -> None:
        ran = ProtocolVersion.objects.exclude(runs_from=None).exclude(runs_until__lte=F("runs_from"))
        self._eras = list(ran.order_by("runs_from", "pk").values_list("runs_from", "pk"))
        self._starts = [start for start, _key in self._eras if start]

    def at(self, moment: datetime) -> int | None:
        """The key of the version that ran at `moment`."""
        place = bisect_right(self._starts, moment)
        return self._eras[place - 1][1] if place else None


def _end_in_order() -> None:
    """The protocol was loaded by hand before the demo, which plays the past: what ran then ran for no time at all."""
    ProtocolVersion.objects.filter(runs_until__lt=F("runs_from")).update(runs_until=F("runs_from"))
