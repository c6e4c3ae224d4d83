"""Events are added and never changed: the database itself refuses."""

from typing import Any

from django.db import migrations

POSTGRES = """
CREATE FUNCTION escalations_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER escalations_event_append_only BEFORE UPDATE OR DELETE ON escalations_event
    FOR EACH ROW EXECUTE FUNCTION escalations_event_is_append_only();
"""
POSTGRES_BACK = """
DROP TRIGGER escalations_event_append_only ON escalations_event;
DROP FUNCTION escalations_event_is_append_only();
"""
# Deleting stays possible on SQLite: it has no TRUNCATE, which test suites and `make clean` would need instead.
SQLITE = """
CREATE TRIGGER escalations_event_append_only BEFORE UPDATE ON escalations_event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
"""
SQLITE_BACK = "DROP TRIGGER escalations_event_append_only"


def forwards(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE)


def backwards(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(POSTGRES_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("escalations", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
