"""What a search looks at, with the index that each database keeps of it."""

from typing import Any

import django.db.models.deletion
from django.db import DatabaseError, migrations, models, transaction

# The wide columns lie out of line: what a search reads of the table is little more than keys.
POSTGRES = """
ALTER TABLE escalations_searchtext ADD COLUMN vector tsvector
    GENERATED ALWAYS AS (array_to_tsvector(string_to_array(trim(words), ' '))) STORED;
ALTER TABLE escalations_searchtext ALTER COLUMN vector SET STORAGE EXTERNAL;
ALTER TABLE escalations_searchtext SET (toast_tuple_target = 128);
CREATE INDEX search_vector ON escalations_searchtext USING gin (vector) WITH (fastupdate = off);
"""
TRIGRAMS = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX IF NOT EXISTS search_word_trigrams ON escalations_searchword USING gin (word gin_trgm_ops);
"""
# The index keeps no text of its own; triggers keep it in step. A later migration that lets Django make the table anew
# (SQLite changes most columns so) has to make the triggers anew as well.
FTS5 = [
    """CREATE VIRTUAL TABLE escalations_searchindex USING fts5(words, content='escalations_searchtext',
        content_rowid='ticket_id', columnsize=0, detail=none, prefix='2 3', tokenize="ascii tokenchars '@'")""",
    """CREATE TRIGGER search_added AFTER INSERT ON escalations_searchtext BEGIN
        INSERT INTO escalations_searchindex (rowid, words) VALUES (new.ticket_id, new.words); END""",
    """CREATE TRIGGER search_removed AFTER DELETE ON escalations_searchtext BEGIN
        INSERT INTO escalations_searchindex (escalations_searchindex, rowid, words)
        VALUES ('delete', old.ticket_id, old.words); END""",
    """CREATE TRIGGER search_changed AFTER UPDATE ON escalations_searchtext BEGIN
        INSERT INTO escalations_searchindex (escalations_searchindex, rowid, words)
        VALUES ('delete', old.ticket_id, old.words);
        INSERT INTO escalations_searchindex (rowid, words) VALUES (new.ticket_id, new.words); END""",
]


def forwards(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES)
        _try(connection, [TRIGRAMS])  # the extension may be missing, or the right to create it
    else:
        _try(connection, FTS5)  # a build of SQLite may come without


def _try(connection: Any, statements: list[str]) -> None:
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    except DatabaseError:
        pass  # what it is for goes another way: escalations/search/backends.py


def backwards(apps: Any, schema_editor: Any) -> None:
    """The triggers and indexes go with their tables."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE IF EXISTS escalations_searchindex")


class Migration(migrations.Migration):
    dependencies = [("escalations", "0004_the_desk")]
    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[("word", models.CharField(max_length=40, primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="escalations.ticket",
                    ),
                ),
                ("text", models.TextField()),
                ("words", models.TextField()),
            ],
        ),
        migrations.RunPython(forwards, backwards),
    ]
