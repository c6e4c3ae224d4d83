"""Files under MEDIA_ROOT that belong to no row: what came with a form whose transaction was undone."""

import os
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import structlog

from escalations.models import Attachment

log = structlog.get_logger(__name__)

OLDER_THAN = timedelta(days=1)  # by then its row is there, or never comes
FOLDERS = 256
BATCH = 500  # names that one query asks for


def sweep_out(at: datetime, *, most: int) -> int:
    """Delete at most `most` of them in the folders whose turn it is in this hour, each once a day; how many it were."""
    root = Path(Attachment._meta.get_field("file").storage.path("attachments"))
    hour = int(at.timestamp() // 3600)
    found = (stray for n in range(hour % 24, FOLDERS, 24) for stray in _strays(root / f"{n:02x}", at - OLDER_THAN))
    return sum(_delete(stray) for stray in islice(found, most))


def _strays(folder: Path, before: datetime) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            files = {key: Path(entry.path) for entry in entries if entry.is_file() and (key := _key(entry.name))}
    except OSError:  # no file of that beginning was ever kept
        return
    keys = iter(files)
    while batch := list(islice(keys, BATCH)):
        known = set(Attachment.objects.filter(key__in=batch).values_list("key", flat=True))
        yield from (files[key] for key in batch if key not in known and _is_older(files[key], before))


def _key(name: str) -> uuid.UUID | None:
    """Of a file that we named; the storage's own temporary and foreign ones are left alone."""
    try:
        return uuid.UUID(hex=name)
    except ValueError:
        return None


def _is_older(file: Path, before: datetime) -> bool:
    try:
        return file.stat().st_mtime <= before.timestamp()
    except OSError:
        return False


def _delete(file: Path) -> int:
    try:
        file.unlink()
    except OSError as error:
        log.warning("file stays behind", file=file.name, error=str(error))
        return 0
    return 1
