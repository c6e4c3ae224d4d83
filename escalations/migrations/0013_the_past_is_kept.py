"""The past is only added to: the database refuses to change or remove events, their seals, and what the desk ran under.

A version that has run keeps everything but its stage and the end of its time; the signatures of one that has been in
force stay as they are. Whoever has to empty a database (a test suite) drops the triggers first.
"""

from typing import Any

from django.db import migrations

EVENT, SEAL = "escalations_event", "escalations_auditseal"
VERSION, SIGNATURE = "escalations_protocolversion", "escalations_signature"
KEPT = (
    "id", "number", "title", "content", "digest", "based_on_id", "copy_of_id", "edits",
    "created_at", "created_by_id", "edited_at", "effective_at", "runs_from",
)  # fmt: skip
SAYS = {
    EVENT: "events are append-only",
    SEAL: "audit seals are append-only",
    VERSION: "a version of the protocol that has run is kept as it was",
    SIGNATURE: "signatures of a version that has been in force are kept as they were",
}
CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in KEPT)
CHANGED_ON_SQLITE = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in KEPT)
IN_FORCE = (
    f"EXISTS (SELECT 1 FROM {VERSION} v "  # noqa: S608 – our own names
    "WHERE v.id = %s.version_id AND v.runs_from IS NOT NULL AND v.number IS NOT NULL)"
)


def postgres() -> list[str]:
    made = [
        f"CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        for table, says in SAYS.items()
    ]
    made += [
        f"CREATE TRIGGER {table}_append_only_all BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_kept()"
        for table in SAYS
    ]
    made.append(
        f"CREATE TRIGGER {SEAL}_append_only BEFORE UPDATE OR DELETE ON {SEAL} "
        f"FOR EACH ROW EXECUTE FUNCTION {SEAL}_is_kept()"
    )
    ran = "OLD.runs_from IS NOT NULL"
    for what, when in (("UPDATE", f"{ran} AND ({CHANGED})"), ("DELETE", ran)):
        made.append(
            f"CREATE TRIGGER {VERSION}_append_only_{what.lower()} BEFORE {what} ON {VERSION} "
            f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {VERSION}_is_kept()"
        )
    # A trigger's WHEN may not look into another table: its function does.
    made.append(
        f"CREATE FUNCTION {SIGNATURE}_is_kept_once_in_force() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' AND {IN_FORCE % 'OLD'} OR TG_OP <> 'DELETE' AND {IN_FORCE % 'NEW'} THEN "
        f"RAISE EXCEPTION '{SAYS[SIGNATURE]}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN COALESCE(NEW, OLD); END $$"
    )
    made.append(
        f"CREATE TRIGGER {SIGNATURE}_append_only BEFORE INSERT OR UPDATE OR DELETE ON {SIGNATURE} "
        f"FOR EACH ROW EXECUTE FUNCTION {SIGNATURE}_is_kept_once_in_force()"
    )
    return made


def sqlite() -> list[str]:
    ran = "OLD.runs_from IS NOT NULL"
    guards = [
        (EVENT, "DELETE", ""),
        (SEAL, "UPDATE", ""),
        (SEAL, "DELETE", ""),
        (VERSION, "UPDATE", f"{ran} AND ({CHANGED_ON_SQLITE})"),
        (VERSION, "DELETE", ran),
        (SIGNATURE, "INSERT", IN_FORCE % "NEW"),
        (SIGNATURE, "UPDATE", f"{IN_FORCE % 'OLD'} OR {IN_FORCE % 'NEW'}"),
        (SIGNATURE, "DELETE", IN_FORCE % "OLD"),
    ]
    return [
        f"CREATE TRIGGER {table}_append_only_{what.lower()} BEFORE {what} ON {table} "
        f"{f'WHEN {when} ' if when else ''}BEGIN SELECT RAISE(ABORT, '{SAYS[table]}'); END"
        for table, what, when in guards
    ]


# On SQLite a new column makes the table anew, without its triggers: what 0002 made is gone by now.
SQLITE_AGAIN = f"""
CREATE TRIGGER IF NOT EXISTS {EVENT}_append_only BEFORE UPDATE ON {EVENT}
BEGIN SELECT RAISE(ABORT, '{SAYS[EVENT]}'); END
"""


def forwards(apps: Any, schema_editor: Any) -> None:
    on_postgres = schema_editor.connection.vendor == "postgresql"
    for statement in postgres() if on_postgres else [*sqlite(), SQLITE_AGAIN]:
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in SAYS:
            schema_editor.execute(f"DROP FUNCTION {table}_is_kept() CASCADE")
        schema_editor.execute(f"DROP FUNCTION {SIGNATURE}_is_kept_once_in_force() CASCADE")
        return
    for statement in sqlite():
        schema_editor.execute(f"DROP TRIGGER {statement.split()[2]}")


class Migration(migrations.Migration):
    dependencies = [("escalations", "0012_numbers_and_versions")]
    operations = [migrations.RunPython(forwards, backwards)]
