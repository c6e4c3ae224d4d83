"""What is still to be brought over keeps what stands for what; and events can be changed in one way: erased.

The database lets an event take the actor's name, the text and the data that its newest erasure says, and nothing else.
An erasure is added and never changed, belongs to an event of the kind "erased", and both are of the same ticket.
SQLite makes a table anew for many a change of a column, without its triggers: see 0018.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

EVENT, ERASURE = "escalations_event", "escalations_erasure"
KEPT = ("id", "uid", "ticket_id", "clock_id", "cycle", "key", "kind", "due_at", "at", "actor_id", "seal")
EVENTS_SAY, SAYS, BELONGS = (
    "events are append-only",
    "erasures are append-only",
    "an erasure belongs to a later event of its ticket that says so",
)
NEWEST = f"(SELECT max(n.id) FROM {ERASURE} n WHERE n.event_id = OLD.id)"  # noqa: S608 – our own names
SAME_ON_POSTGRES = " AND ".join(f"OLD.{column} IS NOT DISTINCT FROM NEW.{column}" for column in KEPT)
SAME_ON_SQLITE = " AND ".join(f"OLD.{column} IS NEW.{column}" for column in KEPT)
AS_ERASED = (
    f"EXISTS (SELECT 1 FROM {ERASURE} e WHERE e.id = {NEWEST} "  # noqa: S608
    "AND e.actor_name = NEW.actor_name AND e.text = NEW.text AND e.data = NEW.data)"
)
IS_LISTED = (
    f"EXISTS (SELECT 1 FROM {EVENT} b, {EVENT} o WHERE b.id = NEW.by_id AND o.id = NEW.event_id "  # noqa: S608
    "AND b.kind = 'erased' AND o.kind <> 'erased' AND b.ticket_id = o.ticket_id AND b.id > o.id)"
)
REFUSES = "RAISE EXCEPTION '{}' USING ERRCODE = 'integrity_constraint_violation'"


def postgres() -> list[str]:
    return [
        (
            "CREATE OR REPLACE FUNCTION escalations_event_is_append_only() "
            "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'UPDATE' AND {SAME_ON_POSTGRES} AND {AS_ERASED} THEN RETURN NEW; END IF; "
            f"{REFUSES.format(EVENTS_SAY)}; END $$"
        ),
        (
            f"CREATE FUNCTION {ERASURE}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{REFUSES.format(SAYS)}; END $$"
        ),
        (
            f"CREATE TRIGGER {ERASURE}_append_only BEFORE UPDATE OR DELETE ON {ERASURE} "
            f"FOR EACH ROW EXECUTE FUNCTION {ERASURE}_is_kept()"
        ),
        (
            f"CREATE TRIGGER {ERASURE}_append_only_all BEFORE TRUNCATE ON {ERASURE} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {ERASURE}_is_kept()"
        ),
        (
            f"CREATE FUNCTION {ERASURE}_belongs() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NOT {IS_LISTED} THEN {REFUSES.format(BELONGS)}; END IF; RETURN NEW; END $$"
        ),
        (
            f"CREATE TRIGGER {ERASURE}_append_only_listed BEFORE INSERT ON {ERASURE} "
            f"FOR EACH ROW EXECUTE FUNCTION {ERASURE}_belongs()"
        ),
    ]


def sqlite() -> list[str]:
    return [
        (
            f"CREATE TRIGGER {EVENT}_append_only BEFORE UPDATE ON {EVENT} WHEN NOT ({SAME_ON_SQLITE} AND {AS_ERASED}) "
            f"BEGIN SELECT RAISE(ABORT, '{EVENTS_SAY}'); END"
        ),
        *(
            f"CREATE TRIGGER {ERASURE}_append_only_{what.lower()} BEFORE {what} ON {ERASURE} "
            f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            for what in ("UPDATE", "DELETE")
        ),
        (
            f"CREATE TRIGGER {ERASURE}_append_only_listed BEFORE INSERT ON {ERASURE} WHEN NOT {IS_LISTED} "
            f"BEGIN SELECT RAISE(ABORT, '{BELONGS}'); END"
        ),
    ]


def forwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in postgres():
            schema_editor.execute(statement)
        return
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {EVENT}_append_only")
    for statement in sqlite():
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION escalations_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {REFUSES.format(EVENTS_SAY)}; END $$"
        )
        schema_editor.execute(f"DROP FUNCTION {ERASURE}_is_kept() CASCADE")
        schema_editor.execute(f"DROP FUNCTION {ERASURE}_belongs() CASCADE")
        return
    for statement in sqlite():
        schema_editor.execute(f"DROP TRIGGER {statement.split()[2]}")
    schema_editor.execute(
        f"CREATE TRIGGER {EVENT}_append_only BEFORE UPDATE ON {EVENT} BEGIN SELECT RAISE(ABORT, '{EVENTS_SAY}'); END"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0018_signed_or_not_in_force"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="options",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor_name", models.CharField(blank=True, max_length=160)),
                ("text", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erased_events",
                        to="escalations.event",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="escalations.event"
                    ),
                ),
            ],
            options={
                "verbose_name": "erasure",
                "verbose_name_plural": "erasures",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("event", "by"), name="erasure_once")],
            },
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(condition=models.Q(("kind", "erased")), fields=["ticket"], name="event_erased"),
        ),
        migrations.RunPython(forwards, backwards),
    ]
