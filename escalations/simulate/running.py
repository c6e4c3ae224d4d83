"""A run: begun by a person, worked in slices by any worker, cancelled at any time, taken up again after a crash.

The row is the queue. A slice is short, so that a worker is not kept from the sweep, and its sums are in the row: memory
holds one batch of issues.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from config.nudge import nudge_simulate
from contacts.models import User
from escalations.models import ProtocolVersion, Simulation
from escalations.models.simulation import UNDER_WAY, Progress
from escalations.protocol.content import Content, digest, snapshot
from escalations.protocol.standing import running

from .acts import replay
from .facts import Facts
from .life import Who
from .outcome import Tally
from .reading import facts, sample, who_stood
from .rules import Rules

log = structlog.get_logger(__name__)

BATCH = 50  # issues read and replayed between two looks at the row
SLICE = 20.0  # seconds of work before another task has its turn
LOST_AFTER = timedelta(minutes=3)  # without a sign from whoever works it, another takes over
Now = Callable[[], datetime]


@transaction.atomic
def begin(version: ProtocolVersion, *, by: User, at: datetime) -> Simulation:
    """Ask for a run of the version as it stands; the one that is under way for it, if it is of the same words."""
    locked = ProtocolVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    base = running()
    base_digest = base.digest if base else digest(snapshot())
    under_way = Simulation.objects.filter(version=locked, state__in=UNDER_WAY).first()
    if under_way and (under_way.digest, under_way.base_digest) == (locked.digest, base_digest):
        return under_way
    if under_way:
        cancel(under_way, at)
    row = Simulation.objects.create(
        version=locked, digest=locked.digest, base=base, base_digest=base_digest, started_by=by, at=at
    )
    Simulation.objects.filter(version=locked).exclude(pk=row.pk).delete()  # only the newest is looked at
    nudge_simulate()
    return row


def cancel(simulation: Simulation, at: datetime) -> bool:
    """Whoever works it finds out after the batch in hand. False if it was over already."""
    under_way = Simulation.objects.filter(pk=simulation.pk, state__in=UNDER_WAY)
    return bool(under_way.update(state=Progress.CANCELLED, ended_at=at, work=None))


def work(now: Now = timezone.now, *, patience: float = SLICE) -> None:
    """Take up what waits, or was left lying, for one slice. One query when there is nothing to do."""
    if not (row := _claim(now())):
        return
    try:
        _work(row, now, time.monotonic() + patience)
    except Exception:
        log.exception("simulation failed", simulation=row.pk)
        _mine(row).update(state=Progress.FAILED, ended_at=now(), work=None)


def _claim(at: datetime) -> Simulation | None:
    left = Q(state=Progress.WAITING) | Q(state=Progress.RUNNING, seen_at__lt=at - LOST_AFTER)
    rows = Simulation.objects.filter(left).order_by(F("seen_at").asc(nulls_first=True), "pk")
    row = rows.select_related("version", "base").first()
    if row is None:
        return None
    unchanged = Simulation.objects.filter(pk=row.pk, state=row.state, seen_at=row.seen_at)
    if not unchanged.update(state=Progress.RUNNING, seen_at=at):
        return None  # somebody was quicker
    row.seen_at = at
    return row


def _mine(row: Simulation) -> QuerySet[Simulation]:
    """The row as long as nobody cancelled it or took it over."""
    return Simulation.objects.filter(pk=row.pk, state=Progress.RUNNING, seen_at=row.seen_at)


def _work(row: Simulation, now: Now, deadline: float) -> None:
    base: Content = row.base.content if row.base else snapshot()
    if row.version.digest != row.digest or digest(base) != row.base_digest:
        _mine(row).update(state=Progress.CANCELLED, ended_at=now(), work=None)
        return
    if row.work is None:
        keys, row.counted = sample(row.at)
        row.work, row.total = {"keys": keys, "now": Tally().kept(), "draft": Tally().kept(), "skipped": 0}, len(keys)
    contents = {"now": base, "draft": row.version.content}
    pair = [(Rules.of(content), Tally.found(row.work[side])) for side, content in contents.items()]
    who = who_stood(row.at)
    while keys := row.work["keys"][row.done : row.done + BATCH]:
        row.work["skipped"] += sum(not _add(given, pair, who, row.at) for given in facts(keys))
        row.done += len(keys)
        row.work |= {"now": pair[0][1].kept(), "draft": pair[1][1].kept()}
        seen = max(now(), row.seen_at or row.at)
        if not _mine(row).update(done=row.done, total=row.total, counted=row.counted, work=row.work, seen_at=seen):
            return
        row.seen_at = seen
        if time.monotonic() > deadline and row.done < row.total:
            _mine(row).update(state=Progress.WAITING)
            nudge_simulate()
            return
    result = {"now": pair[0][1].as_data(), "draft": pair[1][1].as_data(), "skipped": row.work["skipped"]}
    sums = {"done": row.done, "total": row.total, "counted": row.counted}
    _mine(row).update(state=Progress.DONE, ended_at=now(), result=result, work=None, **sums)


def _add(given: Facts, pair: list[tuple[Rules, Tally]], who: Who, until: datetime) -> bool:
    """One issue, on both sides or on neither: like is compared with like."""
    try:
        outcomes = [replay(given, rules, who, until) for rules, _tally in pair]
    except Exception as error:
        log.warning("simulation: an issue is left out", ticket=given.pk, error=repr(error))
        return False
    for (_rules, tally), outcome in zip(pair, outcomes, strict=True):
        tally.add(outcome)
    return True
