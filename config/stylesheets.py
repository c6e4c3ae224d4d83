"""Many small style sheets to read, one to load: the common ones are joined when static files are collected."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage

# The order matters: tokens.css names the layers. A page adds its own sheets by name.
COMMON = ("tokens", "base", "shell", "buttons", "marks", "clock", "forms", "surfaces", "palette")
JOINED = "build/common.css"
FOLDER = settings.BASE_DIR / "config" / "static"


def common_sheets() -> tuple[str, ...]:
    """What a page links: the joined sheet where files were collected, the parts while developing."""
    collected = isinstance(staticfiles_storage, ManifestFilesMixin)
    return (JOINED,) if collected else tuple(f"css/{name}.css" for name in COMMON)


def join() -> Path:
    """Write the joined sheet. It stands beside css/, so that relative addresses in it still lead to the font."""
    target: Path = FOLDER / JOINED
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join((FOLDER / "css" / f"{name}.css").read_text() for name in COMMON))
    return target
