"""Celery's beat, made to keep going: through a wall clock that steps, and while the broker is away."""

import time
from typing import Any, cast

import structlog
from celery.beat import ScheduleEntry, Scheduler

log = structlog.get_logger(__name__)

QUIET_FOR = 10  # seconds without trying the broker, after it failed


class SafeScheduler(Scheduler):
    """Timers run on the monotonic clock and live in memory.

    Celery's own scheduler compares wall times, and goes silent for as long as the clock was set back; kept in a file,
    as its default is, the silence survives a restart. Here every timer is an interval, and after a start all are due.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._next: dict[str, float] = {}
        self._broker_away_until = 0.0
        self._own = frozenset({"escalations.sweep", "escalations.deliver", "escalations.care"})
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        """The list of timers and nothing else: no results are kept, so there are none to clean up."""
        self.merge_inplace(self.app.conf.beat_schedule)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Sends what is due; returns the seconds until the next look, at most one: beat can only be stopped between."""
        for name, entry in self.schedule.items():
            if self._next.get(name, 0.0) <= time.monotonic():
                self._next[name] = time.monotonic() + cast(Any, entry.schedule).run_every.total_seconds()
                self._send(entry)
        return max(0.0, min(1.0, min(self._next.values()) - time.monotonic()))

    def _send(self, entry: ScheduleEntry) -> None:
        if time.monotonic() < self._broker_away_until:
            self._do_it_here(entry)
            return
        try:
            self._publish(entry)
        except Exception as error:  # whatever the broker does, the engine runs
            self._broker_is_away(error)
            self._do_it_here(entry)

    def _publish(self, entry: ScheduleEntry) -> None:
        """Without celery's ensure_connection, which would wait for the broker for ever."""
        self.app.send_task(str(entry.task), retry=False, **(entry.options or {}))
        if self._broker_away_until:
            log.warning("broker is back")
        self._broker_away_until = 0.0

    def _broker_is_away(self, error: Exception) -> None:
        if not self._broker_away_until:
            log.warning("broker is away, beat runs the engine itself", error=str(error))
        self._broker_away_until = time.monotonic() + QUIET_FOR

    def _do_it_here(self, entry: ScheduleEntry) -> None:
        """The engine's loops only: the other timers can wait for the broker."""
        from escalations.loops import run_aside  # models: they are not there yet when celery loads this file

        if entry.task in self._own:
            run_aside(entry.task.partition(".")[2])
