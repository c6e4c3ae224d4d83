"""Clocks that stopped before they remembered how much own time they took learn it from their facts."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations

from escalations.models.calendar import worktime_of
from escalations.spans import used
from escalations.write_back import write_back

BATCH = 2000
RESPONSE = "response"  # which no pause stops


def forwards(apps: Apps, editor: Any) -> None:
    """In transactions of their own, so that a desk of a million issues holds no lock for long; it can be run again."""
    clocks, pauses = apps.get_model("escalations", "Clock"), apps.get_model("escalations", "Pause")
    calendar = apps.get_model("escalations", "Calendar")
    hours = {row.pk: worktime_of(_real(row)) for row in calendar._base_manager.all()}
    hours[None] = worktime_of(None)
    last = 0
    while batch := list(clocks.objects.filter(pk__gt=last, stopped_at__isnull=False, took=None).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        spans: dict[int, list[Any]] = {}
        for row in pauses.objects.filter(ticket__in={clock.ticket_id for clock in batch}).order_by("from_at"):
            spans.setdefault(row.ticket_id, []).append((row.from_at, row.to_at))
        for clock in batch:
            mine = () if clock.kind == RESPONSE else spans.get(clock.ticket_id, ())
            clock.took = used(hours[clock.calendar_id], clock.started_at, clock.stopped_at, mine)
        write_back(batch, ["took"])


def _real(row: Any) -> Any:
    """A row of the migration's own kind, as one that can tell its hours."""
    from escalations.models import Calendar

    return Calendar(timezone=row.timezone, hours=row.hours, holidays=row.holidays, overrides=row.overrides)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("escalations", "0013_the_past_is_kept")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True)]
