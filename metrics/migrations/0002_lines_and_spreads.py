"""Lines for the tables, and how things were spread by team. Rows are made again by the worker: none is carried over."""

from typing import Any

from django.db import migrations, models


def forget(apps: Any, schema_editor: Any) -> None:
    for name in ("DayTally", "DaySpread", "Rollup"):
        apps.get_model("metrics", name)._default_manager.all().delete()


def _counts(*names: str) -> list[tuple[str, Any]]:
    return [(name, models.IntegerField(db_default=0, default=0)) for name in names]


def _durations(*names: str) -> list[tuple[str, Any]]:
    return [(name, models.BigIntegerField(db_default=0, default=0)) for name in names]


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_rollups")]

    operations = [
        migrations.RunPython(forget, forget),
        migrations.DeleteModel(name="DaySpread"),
        migrations.CreateModel(
            name="DaySpread",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("severity", models.CharField(max_length=4)),
                ("team", models.BigIntegerField()),
                ("name", models.CharField(max_length=16)),
                ("steps", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("zone", "team", "name", "day", "severity"), name="day_spread_once")
                ]
            },
        ),
        migrations.CreateModel(
            name="DayLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("severity", models.CharField(max_length=4)),
                ("team", models.BigIntegerField(default=0)),
                ("by", models.CharField(max_length=8)),
                ("key", models.CharField(max_length=20)),
                *_counts("opened", "answered", "resolved", "response_met", "response_missed"),
                *_counts("resolution_met", "resolution_missed"),
                *_durations("answer_elapsed", "answer_worked", "resolve_elapsed", "resolve_worked"),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("zone", "by", "day", "severity", "team", "key"), name="day_line_once"
                    )
                ]
            },
        ),
    ]
