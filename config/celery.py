"""The Celery application and the one list of timers."""

import os
from importlib import import_module
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# task: every so many seconds. A message expires after two intervals, so that a pile drains at once.
TIMERS = {
    "escalations.sweep": 2,
    "escalations.deliver": 5,
    "escalations.webhooks": 3,
    "escalations.care": 60,
    "config.ping": 60,
    "metrics.digests": 60,
    "metrics.rollup": 60,
    "escalations.simulate": 15,
    "escalations.bring_over": 15,
    "escalations.tidy": 3600,
    "escalations.seal": 3600,
    "escalations.retain": 3600,
}

app = Celery("switchback")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": 2 * seconds}} for task, seconds in TIMERS.items()
}


@setup_logging.connect
def leave_logging_alone(**kwargs: Any) -> None:
    """Somebody listening is what keeps celery from setting up its own."""


import_module("config.safetynet")  # hangs itself on celery's signals
