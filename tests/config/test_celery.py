"""The one list of timers fits the tasks and queues that there are."""

import pytest
from django.conf import settings

from config.celery import TIMERS, app

pytestmark = pytest.mark.once


def test_every_timer_names_a_task() -> None:
    app.loader.import_default_modules()
    assert set(TIMERS) <= set(app.tasks)


def test_messages_expire_after_two_intervals() -> None:
    for name, entry in app.conf.beat_schedule.items():
        assert entry["options"]["expires"] == 2 * TIMERS[name]


def test_routes_lead_to_queues_that_exist() -> None:
    queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    assert {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} <= queues
    assert settings.CELERY_TASK_DEFAULT_QUEUE in queues


def test_sweeping_never_waits_behind_mail() -> None:
    assert app.amqp.router.route({}, "escalations.sweep")["queue"].name == "engine"
    assert app.amqp.router.route({}, "escalations.deliver")["queue"].name == "mail"
    assert app.amqp.router.route({}, "config.ping")["queue"].name == "jobs"


def test_nothing_depends_on_a_message_surviving() -> None:
    assert not app.conf.task_acks_late
    assert not app.conf.task_publish_retry
    assert app.conf.result_backend is None
