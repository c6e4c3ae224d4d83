"""What Celery may start."""

from celery import shared_task

from metrics.digests.make import make_digests
from metrics.rollup import roll_up


@shared_task(name="metrics.digests")
def digests() -> None:
    make_digests()


@shared_task(name="metrics.rollup")
def rollup() -> None:
    roll_up()
