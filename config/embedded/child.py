"""The one process that does the work: waitress and beat in threads, Celery's worker in the main thread."""

import os
import signal
import socket
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import waitress
from celery.beat import EmbeddedService
from celery.platforms import SecurityWarning  # type: ignore[attr-defined]
from celery.signals import worker_ready
from celery.worker import state as worker_state
from django.conf import settings

from config import nudge
from config.celery import app
from config.wsgi import application

WEB_THREADS = 8
WORKER_THREADS = 4
FINISH_FOR = 3  # seconds that requests under way have at the end
STUCK_FOR = 60  # seconds in which the engine has not finished a sweep


def run(listener_fd: int, life_fd: int, beats_fd: int) -> None:
    """Never returns: leaves with 0 when told to stop, with 1 when a part of it died."""
    _thread("life", lambda: _end_with_parent(life_fd))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    nudge.embedded_engine_is_here()
    web = waitress.create_server(application, sockets=[socket.socket(fileno=listener_fd)], **_web_options())
    _thread("web", web.run, vital=True)
    beat = EmbeddedService(app, thread=True, scheduler_cls=settings.CELERY_BEAT_SCHEDULER)
    _thread("beat", beat.run, vital=True)
    _thread("pulse", lambda: _beat_while_well(beats_fd), vital=True)
    status = _work()
    web.task_dispatcher.shutdown(timeout=FINISH_FOR)
    os._exit(status)  # a library's threads must not keep a stopped program alive


def _web_options() -> dict[str, Any]:
    """Forwarded headers are kept only where BASE_URL says that a proxy stands in front."""
    return {"threads": WEB_THREADS, "ident": None, "clear_untrusted_proxy_headers": not settings.HTTPS}


def _work() -> int:
    """The exit status: 0 when somebody asked it to stop."""
    warnings.simplefilter("ignore", SecurityWarning)  # celery's, about root; it takes JSON alone
    os.environ["CELERY_SKIP_CHECKS"] = "1"  # they belong to a deployment, not to every start
    worker_ready.connect(_take_over_sigterm)
    worker = app.Worker(
        pool="threads", concurrency=WORKER_THREADS, loglevel="INFO", quiet=True,
        without_gossip=True, without_mingle=True, without_heartbeat=True,
    )  # fmt: skip
    worker.start()
    return 0 if worker_state.should_stop == 0 else 1


def _take_over_sigterm(**kwargs: Any) -> None:
    """After celery's own handler, which announces the shutdown to the terminal."""
    signal.signal(signal.SIGTERM, _stop)


def _stop(number: int, frame: Any) -> None:
    """Warm: running tasks finish. Before the worker stands there is nothing to finish."""
    worker_state.should_stop = 0  # type: ignore[assignment]


def _end_with_parent(life_fd: int) -> None:
    """The pipe ends when the supervisor does, kill -9 included: no orphan keeps the port."""
    os.read(life_fd, 1)
    os._exit(0)


def _beat_while_well(beats_fd: int) -> None:
    from escalations.loops import seconds_since_last

    while seconds_since_last("sweep") < STUCK_FOR:
        os.write(beats_fd, b".")
        time.sleep(1)
    raise RuntimeError(f"no sweep has finished for {STUCK_FOR} seconds")


def _thread(name: str, work: Callable[[], Any], vital: bool = False) -> None:
    threading.Thread(target=_or_die if vital else work, args=(work,) if vital else (), name=name, daemon=True).start()


def _or_die(work: Callable[[], Any]) -> None:
    """A process that has lost a part is worse than none: the supervisor starts a whole one."""
    try:
        work()
    except BaseException:
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)
