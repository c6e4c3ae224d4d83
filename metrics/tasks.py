"""What Celery may start."""

from celery import shared_task

from metrics.digests.make import make_digests
from metrics.reports.schedules.make import make_reports
from metrics.rollup import roll_up


@shared_task(name="metrics.digests")
def digests() -> None:
    """Overviews, and the reports that were scheduled; trouble with the ones does not hold up the others."""
    try:
        make_digests()
    finally:
        make_reports()


@shared_task(name="metrics.rollup")
def rollup() -> None:
    roll_up()
