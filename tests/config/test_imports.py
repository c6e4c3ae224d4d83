"""Imports point down: metrics -> escalations -> contacts and templates_app -> nothing of ours; config wires them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

OURS = {"metrics", "escalations", "contacts", "templates_app", "config", "tests", "bench"}

# The rooms that each app may look into. Of config: what every room needs and what imports no room.
ALLOWED = {
    "contacts": set(),
    "templates_app": set(),
    "escalations": {"contacts", "templates_app"},
    "metrics": {"escalations", "contacts", "templates_app"},
}
SHARED = ("config.nudge", "config.rest", "config.templatetags", "config.problems")


def imports_of(file: Path) -> Iterator[str]:
    """Dotted names, relative ones left out: they stay inside their app."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_allowed(app: str, name: str) -> bool:
    room = name.partition(".")[0]
    return room not in OURS or room == app or room in ALLOWED[app] or name.startswith(SHARED)


@pytest.mark.parametrize("app", ALLOWED)
def test_imports_point_down(app: str) -> None:
    files = [file for file in (settings.BASE_DIR / app).rglob("*.py") if "migrations" not in file.parts]
    wrong = [f"{file.name}: {name}" for file in files for name in imports_of(file) if not is_allowed(app, name)]
    assert wrong == []
