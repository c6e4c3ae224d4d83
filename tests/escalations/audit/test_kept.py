"""The database itself refuses to change the past."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from escalations.audit.seals import seal_events
from escalations.models import Event
from escalations.models.audit import AuditSeal
from escalations.models.version import ProtocolVersion, Signature, Stage


def refused(statement: str) -> str:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(error.value)


def test_events_and_seals_are_neither_changed_nor_removed(log_issue, at):
    log_issue()
    assert seal_events(at + timedelta(hours=1))
    connection.check_constraints()
    for model, said in ((Event, "events are append-only"), (AuditSeal, "audit seals are append-only")):
        table, before = model._meta.db_table, list(model.objects.values())
        assert said in refused(f"UPDATE {table} SET at = at")
        assert said in refused(f"DELETE FROM {table}")
        if connection.vendor == "postgresql":
            assert said in refused(f"TRUNCATE {table} CASCADE")
        assert list(model.objects.values()) == before


def test_what_the_desk_ran_under_stays_as_it_was(db, casey, at):
    version = ProtocolVersion.objects.create(
        title="First", content={"a": [1, 2.5]}, digest="d" * 64, created_at=at, edited_at=at
    )
    signed = Signature.objects.create(version=version, office="vp", signer=casey, signed_at=at, name="C", digest="d")
    version.title = "The first"
    version.save()  # a draft may change
    version.stage, version.number, version.runs, version.runs_from = Stage.IN_FORCE, 1, True, at
    version.save()
    table, signatures = ProtocolVersion._meta.db_table, Signature._meta.db_table
    for column, new in (("title", "'x'"), ("content", "'{}'"), ("number", "7"), ("runs_from", "NULL")):
        assert "kept as it was" in refused(f"UPDATE {table} SET {column} = {new}")
    assert "kept as they were" in refused(f"UPDATE {signatures} SET name = 'x'")
    assert "kept as they were" in refused(f"DELETE FROM {signatures}")
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.create(version=version, office="cco")
    version.stage, version.runs, version.runs_until = Stage.ENDED, None, at + timedelta(days=1)
    version.save()
    assert "kept" in refused(f"DELETE FROM {table}")
    assert Signature.objects.get(pk=signed.pk).name == "C"
