"""The database itself lets no version come into force, nor get a number, that three have not signed as its digest says.

That the digest is the content's, only the product can tell (`escalations.protocol.force.must_be_signed`).

SQLite makes a table anew for many a change of a column, without its triggers: a later migration that changes the table
of versions or of signatures does so between `drop` and `make` of this one, as 0015 did with those of its time.
tests/escalations/audit/test_kept.py misses any guard that got lost.
"""

from importlib import import_module
from typing import Any

from django.db import migrations

kept = import_module("escalations.migrations.0013_the_past_is_kept")
VERSION, SIGNATURE = kept.VERSION, kept.SIGNATURE
NAME, SAYS = f"{VERSION}_append_only_signed", "a version of the protocol comes into force with three signatures"
UNSIGNED = (
    f"(SELECT count(DISTINCT s.signer_id) FROM {SIGNATURE} s "  # noqa: S608 – our own names
    "WHERE s.version_id = NEW.id AND s.signed_at IS NOT NULL AND s.digest = NEW.digest) < 3"
)
# What is in force stays it, and keeps its number, whatever else is written: a desk from before this rule goes on.
BEGINS = {
    "INSERT": "(NEW.stage = 'in_force' OR NEW.number IS NOT NULL)",
    "UPDATE": "(NEW.stage = 'in_force' AND OLD.stage <> 'in_force' OR NEW.number IS NOT NULL AND OLD.number IS NULL)",
}


def postgres() -> list[str]:
    function = (
        f"CREATE FUNCTION {VERSION}_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {UNSIGNED} THEN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    return [function] + [
        f"CREATE TRIGGER {NAME}_{what.lower()} BEFORE {what} ON {VERSION} "
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {VERSION}_is_signed()"
        for what, when in BEGINS.items()
    ]


def sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER {NAME}_{what.lower()} BEFORE {what} ON {VERSION} "
        f"WHEN {when} AND {UNSIGNED} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        for what, when in BEGINS.items()
    ]


def guards() -> list[str]:
    """All that SQLite keeps on these two tables; those of either speak of the other."""
    return [each for each in kept.sqlite() if f" ON {VERSION} " in each or f" ON {SIGNATURE} " in each] + sqlite()


def drop(apps: Any, schema_editor: Any) -> None:
    """Before a later migration changes one of the two tables: on SQLite alone, elsewhere triggers stay."""
    for statement in guards() if schema_editor.connection.vendor == "sqlite" else ():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {statement.split()[2]}")


def make(apps: Any, schema_editor: Any) -> None:
    for statement in guards() if schema_editor.connection.vendor == "sqlite" else ():
        schema_editor.execute(statement)


def forwards(apps: Any, schema_editor: Any) -> None:
    for statement in postgres() if schema_editor.connection.vendor == "postgresql" else sqlite():
        schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION {VERSION}_is_signed() CASCADE")
        return
    for statement in sqlite():
        schema_editor.execute(f"DROP TRIGGER {statement.split()[2]}")


class Migration(migrations.Migration):
    dependencies = [("escalations", "0017_doors")]
    operations = [migrations.RunPython(forwards, backwards)]
