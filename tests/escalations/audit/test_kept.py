"""The database itself refuses to change the past."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from escalations.audit.seals import seal_events
from escalations.models import Event
from escalations.models.audit import AuditSeal
from escalations.models.version import ProtocolVersion, Signature, Stage

MIGRATIONS = ("0013_the_past_is_kept", "0018_signed_or_not_in_force", "0019_brought_over_and_erased")


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


@pytest.fixture
def draft(db, casey, vera, admin, at):
    """Signed by two of three."""
    made = ProtocolVersion.objects.create(
        title="First", content={"a": [1, 2.5]}, digest="d" * 64, created_at=at, edited_at=at
    )
    for office, signer in (("vp", vera), ("cco", admin)):
        Signature.objects.create(
            version=made, office=office, signer=signer, signed_at=at, name=office, digest=made.digest
        )
    Signature.objects.create(version=made, office="operations", signer=casey)
    return made


def sign_last(draft, at, digest=""):
    last = draft.signatures.filter(office="operations")
    return last.update(signed_at=at, name="C", digest=digest or draft.digest)


def test_nothing_comes_into_force_without_three_signatures_of_its_digest(draft, at):
    began = {"stage": Stage.IN_FORCE, "number": 1, "runs": True, "runs_from": at}

    def is_refused():
        for values in (began, began | {"number": 2, "stage": Stage.ENDED, "runs": None}):
            with pytest.raises(DatabaseError, match="three signatures"), transaction.atomic():
                ProtocolVersion.objects.filter(pk=draft.pk).update(**values)

    is_refused()
    sign_last(draft, at, digest="e" * 64)
    is_refused()
    with pytest.raises(DatabaseError, match="three signatures"), transaction.atomic():
        ProtocolVersion.objects.create(content={}, digest="d" * 64, created_at=at, edited_at=at, **began)
    sign_last(draft, at)
    with pytest.raises(DatabaseError, match="three signatures"), transaction.atomic():
        ProtocolVersion.objects.filter(pk=draft.pk).update(digest="e" * 64, **began)
    ProtocolVersion.objects.filter(pk=draft.pk).update(**began)
    ProtocolVersion.objects.filter(pk=draft.pk).update(stage=Stage.ENDED, runs=None)
    ProtocolVersion.objects.filter(pk=draft.pk).update(stage=Stage.IN_FORCE, runs=True)  # it runs on


def test_every_guard_of_the_past_stands_after_all_migrations(db):
    """SQLite drops the triggers of a table that a migration makes anew."""
    first, signed, erased = (import_module(f"escalations.migrations.{name}") for name in MIGRATIONS)
    if connection.vendor == "postgresql":
        wanted, there = [*first.postgres(), *signed.postgres(), *erased.postgres()], "SELECT tgname FROM pg_trigger"
    else:
        wanted = [*first.sqlite(), *signed.sqlite(), *erased.sqlite()]
        there = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    names = {statement.split()[2] for statement in wanted if statement.split()[1] == "TRIGGER"}
    with connection.cursor() as cursor:
        cursor.execute(there)
        assert names <= {name for (name,) in cursor.fetchall()}


def test_what_the_desk_ran_under_stays_as_it_was(draft, at):
    version, signed = draft, draft.signatures.get(office="operations")
    version.title = "The first"
    version.save()  # a draft may change
    sign_last(version, at)
    version.stage, version.number, version.runs, version.runs_from = Stage.IN_FORCE, 1, True, at
    version.save()
    table, signatures = ProtocolVersion._meta.db_table, Signature._meta.db_table
    for column, new in (("title", "'x'"), ("content", "'{}'"), ("number", "7"), ("runs_from", "NULL")):
        assert "kept as it was" in refused(f"UPDATE {table} SET {column} = {new}")
    assert "kept as they were" in refused(f"UPDATE {signatures} SET name = 'x'")
    assert "kept as they were" in refused(f"DELETE FROM {signatures}")
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.create(version=version, office="else")
    version.stage, version.runs, version.runs_until = Stage.ENDED, None, at + timedelta(days=1)
    version.save()
    assert "kept" in refused(f"DELETE FROM {table}")
    assert Signature.objects.get(pk=signed.pk).name == "C"
