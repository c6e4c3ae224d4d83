"""Celery's settings, each the outcome of a measurement (docs/decisions has them).

The database holds the truth and the broker only carries nudges, so any message may be lost, doubled or late.
"""

from typing import Any

from kombu import Exchange, Queue

CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True

# A broker that is away comes back: never give up on it.
CELERY_BROKER_CONNECTION_RETRY = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None

# A lost task is found again by the next sweep, so nothing is retried, acknowledged late or requeued.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_SOFT_TIME_LIMIT = 90  # prefork only; threads rely on the sockets' timeouts
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("engine", "mail", "jobs")]
CELERY_TASK_DEFAULT_QUEUE = "jobs"
CELERY_TASK_ROUTES = {
    "escalations.sweep": {"queue": "engine"},
    "escalations.deliver": {"queue": "mail"},
    "escalations.care": {"queue": "engine"},
}

CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False

CELERY_BEAT_SCHEDULER = "config.safebeat.SafeScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1


def broker_options(*, embedded: bool) -> dict[str, Any]:
    """With kombu's own defaults a publish blocks 6 s on a dead Redis and forever on a frozen one."""
    if embedded:
        return {"polling_interval": 0.2}
    return {
        "visibility_timeout": 3600,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.5,
    }
