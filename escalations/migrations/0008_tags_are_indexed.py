"""Tags are found along an index, capitals or not. SQLite has none for lists in JSON and reads them."""

from typing import Any

from django.db import migrations

INDEX = """
CREATE INDEX ticket_tags ON escalations_ticket USING gin ((lower(tags::text)::jsonb) jsonb_path_ops)
    WITH (fastupdate = off)
"""


def forwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INDEX)


def backwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX ticket_tags")


class Migration(migrations.Migration):
    dependencies = [("escalations", "0007_open_issues_of_a_customer")]
    operations = [migrations.RunPython(forwards, backwards)]
