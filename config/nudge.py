"""Asks the engine to look now instead of at its next tick. A nudge may be lost: the tick comes anyway."""

import time
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from kombu.pools import producers

from config.celery import app

log = structlog.get_logger(__name__)

WAIT = 0.5  # seconds: the longest that a web request waits for a broker that is away
MUTED_FOR = 15  # seconds after a failure

_muted_until = 0.0
_embedded_engine_is_here = False


def embedded_engine_is_here() -> None:
    """`manage.py up` says so: the broker in memory reaches this process alone, elsewhere nudges would pile up."""
    global _embedded_engine_is_here
    _embedded_engine_is_here = True


def nudge_sweep() -> None:
    """Once the transaction is committed."""
    _on_commit("escalations.sweep", expires=4)


def nudge_deliver() -> None:
    """Once the transaction is committed."""
    _on_commit("escalations.deliver", expires=10)


def nudge_webhooks() -> None:
    """Once the transaction is committed."""
    _on_commit("escalations.webhooks", expires=6)


def nudge_file_mail() -> None:
    """Once the transaction is committed."""
    _on_commit("escalations.file_mail", expires=60)


def nudge_simulate() -> None:
    """Once the transaction is committed."""
    _on_commit("escalations.simulate", expires=20)


def nudge_import() -> None:
    """Once the transaction is committed."""
    _on_commit("escalations.bring_over", expires=20)


def _on_commit(task: str, expires: int) -> None:
    if not settings.EMBEDDED or _embedded_engine_is_here:
        transaction.on_commit(partial(_send, task, expires), robust=True)


def _send(task: str, expires: int) -> None:
    global _muted_until
    if time.monotonic() < _muted_until:
        return
    try:
        with producers[_connection()].acquire(block=False) as producer:
            app.send_task(task, producer=producer, expires=expires, retry=False)
    except Exception as error:  # whatever the broker does, the change is saved and the tick comes
        _muted_until = time.monotonic() + MUTED_FOR
        log.warning("nudge dropped", task=task, error=str(error))


def _connection() -> Any:
    """Its own pool: workers may wait 5 s for the broker, a person who saved a form may not."""
    patience = {} if settings.EMBEDDED else {"socket_timeout": WAIT, "socket_connect_timeout": WAIT}
    return app.connection_for_write(transport_options={**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **patience})
