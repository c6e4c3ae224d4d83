"""Indexes for the list in every order, and partial ones whose condition SQLite understands too."""

from django.db import migrations, models
from django.db.models import Q

OPEN = Q(resolved_at=None)
PARTIAL = {
    "ticket_open_by_due": ["next_due_at", "id"],
    "ticket_open_of_owner": ["owner", "next_due_at", "id"],
    "ticket_open_of_team": ["team", "next_due_at", "id"],
}


def added(index: models.Index) -> migrations.AddIndex:
    return migrations.AddIndex("ticket", index)


class Migration(migrations.Migration):
    dependencies = [("escalations", "0005_search")]
    operations = [
        *(migrations.RemoveIndex("ticket", name) for name in PARTIAL),
        *(added(models.Index(fields=fields, name=name, condition=OPEN)) for name, fields in PARTIAL.items()),
        added(models.Index(fields=["next_due_at", "id"], name="ticket_by_due")),
        added(models.Index(fields=["status", "next_due_at", "id"], name="ticket_by_status_due")),
        added(models.Index(fields=["-level", "-id"], name="ticket_by_level")),
    ]
