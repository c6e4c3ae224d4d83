"""The last line: whoever runs Celery watches the heartbeats and does the work when nobody has.

Beat may be dead, or its messages may go nowhere. The rows know.
"""

import random
import threading
import time
from typing import Any

import structlog
from celery.signals import beat_init, worker_ready
from django.db import connections
from django.utils import timezone

log = structlog.get_logger(__name__)

LOOK_EVERY = 3  # seconds; with the 15 s of sweep and deliver nothing of theirs is late by more than 20 s

_started = threading.Event()


@worker_ready.connect
@beat_init.connect
def start(**kwargs: Any) -> None:
    """Once a process."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=_watch, name="safety-net", daemon=True).start()


def _watch() -> None:
    while True:
        time.sleep(LOOK_EVERY * random.uniform(0.7, 1.3))  # noqa: S311  spread out, so that one of many is first
        look()


def look() -> list[str]:
    """Starts the loops that nobody has run; returns their names. Never raises: the next look may do better."""
    from escalations.loops import run_aside  # models: not there yet when celery loads this file

    try:
        overdue = _overdue_loops()
    except Exception as error:
        log.warning("safety net cannot read the heartbeats", error=str(error))
        overdue = []
    finally:
        connections.close_all()  # this thread looks rarely, and workers fork beside it
    for name in overdue:
        log.warning("nobody runs the loop, the safety net does", loop=name)
        run_aside(name)
    return overdue


def _overdue_loops() -> list[str]:
    """A heartbeat from the future counts as none: the clock was set back."""
    from escalations.loops import LOOPS
    from escalations.models import Heartbeat

    now, seen = timezone.now(), dict(Heartbeat.objects.values_list("name", "at"))
    return [n for n, loop in LOOPS.items() if n not in seen or abs(now - seen[n]) > loop.missed_after]
