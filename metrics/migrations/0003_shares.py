"""What single issues have added. Rows are made again by the worker, with shares: none is carried over."""

from typing import Any

from django.db import migrations, models


def forget(apps: Any, schema_editor: Any) -> None:
    for name in ("DayTally", "DayLine", "DaySpread", "Rollup"):
        apps.get_model("metrics", name)._default_manager.all().delete()


class Migration(migrations.Migration):
    dependencies = [("metrics", "0002_lines_and_spreads")]

    operations = [
        migrations.RunPython(forget, forget),
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(max_length=64)),
                ("ticket", models.BigIntegerField()),
                ("rows", models.JSONField(default=list)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["zone", "ticket"], name="share_once")]},
        ),
    ]
