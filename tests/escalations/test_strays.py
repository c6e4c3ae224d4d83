"""Files on disk without a row."""

import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from escalations import attachments, strays

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def left_behind(folder: Path, last_touched, key: str = "") -> Path:
    """As after a form whose transaction was undone."""
    key = key or uuid.uuid4().hex
    file = folder / "attachments" / key[:2] / key
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(PNG)
    os.utime(file, (last_touched.timestamp(), last_touched.timestamp()))
    return file


def test_a_file_without_a_row_goes_within_two_days_and_nothing_else(log_issue, casey, at, folder):
    kept = attachments.accept(SimpleUploadedFile("a.png", PNG), by=casey, at=at)
    stray, young = left_behind(folder, at), left_behind(folder, at + timedelta(days=2))
    attachments.adopt(log_issue(), [kept.key.hex], by=casey, at=at)
    os.utime(kept.file.path, (0, 0))
    foreign = folder / "attachments" / stray.name[:2] / "notes.txt"
    foreign.write_text("Not ours")
    os.utime(foreign, (0, 0))
    assert sum(attachments.tidy(at + timedelta(hours=24 + n)) for n in range(24)) == 1
    assert (stray.exists(), young.exists(), foreign.exists(), Path(kept.file.path).exists()) == (
        False,
        True,
        True,
        True,
    )


@pytest.mark.django_db
def test_strays_go_in_bounded_bites(at, folder, monkeypatch):
    monkeypatch.setattr(attachments, "TIDIED_AT_ONCE", 2)
    monkeypatch.setattr(strays, "BATCH", 1)
    for number in range(3):
        left_behind(folder, at, uuid.UUID(int=number).hex)
    midnight = at.replace(hour=0) + timedelta(days=2)  # folder 00 has its turn
    assert [attachments.tidy(midnight + timedelta(days=n)) for n in range(3)] == [2, 1, 0]
