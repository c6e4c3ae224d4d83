"""What Celery may start. Each asks the engine once; the rows say what there is to do."""

from celery import shared_task
from django.utils import timezone

from . import attachments, loops


@shared_task(name="escalations.sweep")
def sweep() -> None:
    loops.run("sweep")


@shared_task(name="escalations.care")
def care() -> None:
    loops.run("care")


@shared_task(name="escalations.deliver")
def deliver() -> None:
    loops.run("deliver")


@shared_task(name="escalations.tidy")
def tidy() -> None:
    attachments.tidy(timezone.now())
