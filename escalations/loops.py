"""The engine's loops as they run by themselves: sweep, deliver and care, once, in this process.

Tasks, beat and the safety net all come through `run`. A command or a test that names its own moment calls
`sweep(at=)`, `deliver(at=)` or `care(at=)` directly.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from django.db import connections

from .care import care
from .delivery import deliver
from .steady import SteadyClock
from .sweep import sweep
from .webhooks.passing import deliver as tell_webhooks

log = structlog.get_logger(__name__)


@dataclass
class Loop:
    """One at a time in a process: with the mail server hanging, unguarded deliveries took every thread."""

    work: Callable[[], Any]
    missed_after: timedelta = timedelta(seconds=15)  # without a heartbeat for so long, anybody may run it
    clock: SteadyClock = field(default_factory=SteadyClock)
    lock: threading.Lock = field(default_factory=threading.Lock)
    finished: float = field(default_factory=time.monotonic)  # the last attempt, good or bad

    def run(self) -> Any:
        """What the work reports; None when it is under way already or the wall clock has just jumped."""
        if not self.lock.acquire(blocking=False):
            return None
        try:
            return self.work() if self.clock.is_steady() else None
        finally:
            self.finished = time.monotonic()
            self.lock.release()


LOOPS = {
    "sweep": Loop(lambda: sweep()),
    "deliver": Loop(lambda: deliver()),
    "webhooks": Loop(lambda: tell_webhooks(), missed_after=timedelta(minutes=1)),
    "care": Loop(lambda: care(), missed_after=timedelta(minutes=3)),
}


def run(name: str) -> Any:
    return LOOPS[name].run()


def run_aside(name: str) -> None:
    """In a thread of its own, for callers that must not wait. An error is logged: the next round tries again."""
    if not LOOPS[name].lock.locked():
        threading.Thread(target=_run_aside, args=(name,), name=f"{name}-aside", daemon=True).start()


def _run_aside(name: str) -> None:
    try:
        run(name)
    except Exception:
        log.exception("loop failed", loop=name)
    finally:
        connections.close_all()


def seconds_since_last(name: str) -> float:
    """Monotonic seconds since this process last finished (or, before the first time, could have begun) the loop."""
    return time.monotonic() - LOOPS[name].finished
