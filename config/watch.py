"""Is the engine well? One answer for /healthz/engine, check_engine, the ping and /metrics."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, Q
from django.db.models.functions import Coalesce

from escalations.models import Clock, Heartbeat
from templates_app.models import Notification

SWEEP_AGE = timedelta(seconds=60)
CLOCK_OVERDUE = timedelta(seconds=120)
MAIL_WAITING = timedelta(minutes=10)


@dataclass(frozen=True)
class Engine:
    """Ages at one moment; None where there is nothing to be late: no run yet, nothing due, nothing queued."""

    sweep_age: timedelta | None
    deliver_age: timedelta | None
    clock_overdue: timedelta | None
    mail_waiting: timedelta | None

    @property
    def problems(self) -> list[str]:
        """Sentences for the person who is woken up."""
        return [
            *self._sweep_problems(),
            *_late(self.clock_overdue, CLOCK_OVERDUE, "A clock is overdue by {}."),
            *_late(self.mail_waiting, MAIL_WAITING, "A message has been waiting to leave for {}."),
        ]

    @property
    def is_well(self) -> bool:
        return not self.problems

    def _sweep_problems(self) -> list[str]:
        if self.sweep_age is None:
            return ["The engine has never run."]
        return _late(self.sweep_age, SWEEP_AGE, "The last sweep was {} ago.")


def engine(at: datetime) -> Engine:
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    due = Clock.objects.filter(next_event_at__lte=at).aggregate(first=Min("next_event_at"))["first"]
    return Engine(
        sweep_age=_since(beats.get("sweep"), at),
        deliver_age=_since(beats.get("deliver"), at),
        clock_overdue=_since(due, at),
        mail_waiting=_since(_first_in_line(at), at),
    )


def _first_in_line(at: datetime) -> datetime | None:
    """Since when the oldest message could have left. One that its reader wants later waits for nobody until then."""
    queued = Notification.objects.filter(Q(held_until=None) | Q(held_until__lte=at), state="queued")
    first: datetime | None = queued.aggregate(first=Min(Coalesce("held_until", "created_at")))["first"]
    return first


def _since(moment: datetime | None, at: datetime) -> timedelta | None:
    return None if moment is None else at - moment


def _late(age: timedelta | None, limit: timedelta, sentence: str) -> list[str]:
    """`sentence` when the age is over the limit."""
    return [] if age is None or age <= limit else [sentence.format(f"{age.total_seconds():.0f} seconds")]
