"""What Celery may start."""

from celery import shared_task

from metrics.digests.make import make_digests


@shared_task(name="metrics.digests")
def digests() -> None:
    make_digests()
