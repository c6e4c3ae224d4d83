"""What versions need once people use them: who withdrew one, lines of the checklist that are retired, and a rule that
one version runs which holds up nobody who refers to it."""

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

kept = import_module("escalations.migrations.0013_the_past_is_kept")


def guards() -> list[str]:
    """SQLite makes the table of versions anew, and would stumble over the triggers that speak of it."""
    return [each for each in kept.sqlite() if f" ON {kept.VERSION} " in each or f" ON {kept.SIGNATURE} " in each]


def drop(apps: Any, schema_editor: Any) -> None:
    for statement in guards() if schema_editor.connection.vendor == "sqlite" else ():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {statement.split()[2]}")


def make(apps: Any, schema_editor: Any) -> None:
    for statement in guards() if schema_editor.connection.vendor == "sqlite" else ():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0014_what_clocks_took"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop, make),
        migrations.AddField(
            model_name="checklistline",
            name="retired",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="protocolversion",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at"),
        ),
        migrations.AddField(
            model_name="protocolversion",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="protocolversion",
            name="runs",
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="protocolversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("runs", True)), fields=("runs",), name="protocol_one_runs"
            ),
        ),
        migrations.RunPython(make, drop),
    ]
