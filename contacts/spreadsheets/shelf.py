"""Where a file waits between its dry run and its import: not served by the web, for its owner alone, for a day."""

import time
import uuid
from contextlib import suppress
from pathlib import Path

from django.conf import settings

KEPT = 24 * 3600  # seconds


def put(data: bytes, kind: str, owner: int) -> uuid.UUID:
    """The key under which the same person finds it again; `kind` is what the file is of. Older than a day, files go."""
    _folder().mkdir(parents=True, exist_ok=True)
    _sweep()
    key = uuid.uuid4()
    _path(key, kind, owner).write_bytes(data)
    return key


def get(key: uuid.UUID, kind: str, owner: int) -> bytes | None:
    """None if it was imported, is too old, or is somebody else's."""
    try:
        return _path(key, kind, owner).read_bytes()
    except FileNotFoundError:
        return None


def drop(key: uuid.UUID, kind: str, owner: int) -> None:
    _path(key, kind, owner).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def _path(key: uuid.UUID, kind: str, owner: int) -> Path:
    return _folder() / f"{kind}-{owner}-{key.hex}.csv"


def _sweep() -> None:
    oldest = time.time() - KEPT
    for path in _folder().glob("*.csv"):
        with suppress(FileNotFoundError):  # another process sweeps, too
            if path.stat().st_mtime < oldest:
                path.unlink()
