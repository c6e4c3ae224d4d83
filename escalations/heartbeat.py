"""The sign of life of the engine's loops."""

from datetime import datetime, timedelta
from typing import Any

from escalations.models import Heartbeat

AT_MOST_EVERY = timedelta(seconds=5)


def beat(name: str, at: datetime, detail: dict[str, Any] | None = None) -> None:
    """Say that the loop `name` ran at `at`; writes at most every five seconds, so that an idle loop stays idle."""
    last = Heartbeat.objects.filter(pk=name).values_list("at", flat=True).first()
    if last is None or not timedelta() <= at - last < AT_MOST_EVERY:
        Heartbeat.objects.update_or_create(pk=name, defaults={"at": at, "detail": detail or {}})
