"""What the wiring itself does now and then."""

from urllib.request import urlopen

import structlog
from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from config import watch

log = structlog.get_logger(__name__)


@shared_task(name="config.ping")
def ping() -> None:
    """Tells a dead man's switch that all is well: silence is the alarm. Two beats still ping once a minute."""
    if settings.HEARTBEAT_URL and watch.engine(timezone.now()).is_well and cache.add("pinged", 1, timeout=50):
        try:
            urlopen(settings.HEARTBEAT_URL, timeout=5).close()  # noqa: S310  http(s), checked at the start
        except OSError as error:
            log.warning("ping failed", error=str(error))
