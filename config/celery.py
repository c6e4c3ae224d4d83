"""The Celery application and the one list of timers."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# name: every so many seconds. A message expires after two intervals, so that a pile drains at once.
TIMERS = {
    "escalations.sweep": 2,
    "escalations.deliver": 5,
}

app = Celery("switchback")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    name: {"task": name, "schedule": seconds, "options": {"expires": 2 * seconds}} for name, seconds in TIMERS.items()
}
