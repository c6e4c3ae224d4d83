"""The list with the next clock last. PostgreSQL cannot read the index on the due times backwards for it: those without
one would come first. SQLite can, and knows no other order of an index."""

from typing import Any

from django.db import migrations

INDEX = "CREATE INDEX ticket_by_last_due ON escalations_ticket (next_due_at DESC NULLS LAST, id DESC)"


def forwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INDEX)


def backwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX ticket_by_last_due")


class Migration(migrations.Migration):
    dependencies = [("escalations", "0008_tags_are_indexed")]
    operations = [migrations.RunPython(forwards, backwards)]
