"""What Celery may start. Each asks the engine once; the rows say what there is to do."""

from celery import shared_task
from django.utils import timezone

from templates_app.webhooks import deliveries

from . import attachments, loops
from .audit import seals
from .importing import run as importing
from .inbound import filing
from .privacy import retention
from .simulate import running


@shared_task(name="escalations.sweep")
def sweep() -> None:
    loops.run("sweep")


@shared_task(name="escalations.care")
def care() -> None:
    loops.run("care")


@shared_task(name="escalations.deliver")
def deliver() -> None:
    loops.run("deliver")


@shared_task(name="escalations.webhooks")
def webhooks() -> None:
    loops.run("webhooks")


@shared_task(name="escalations.file_mail")
def file_mail() -> None:
    filing.file_waiting(timezone.now())


@shared_task(name="escalations.tidy")
def tidy() -> None:
    attachments.tidy(timezone.now())
    filing.tidy(timezone.now())
    deliveries.tidy(timezone.now())


@shared_task(name="escalations.seal")
def seal() -> None:
    seals.seal_events(timezone.now())


@shared_task(name="escalations.simulate")
def simulate() -> None:
    running.work()


@shared_task(name="escalations.bring_over")
def bring_over() -> None:
    importing.work()


@shared_task(name="escalations.retain")
def retain() -> None:
    retention.retain(timezone.now())
