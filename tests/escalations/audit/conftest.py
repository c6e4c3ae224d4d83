"""A small desk with a past, sealed, and what `verify_audit` says of it."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from escalations.audit.seals import seal_events
from escalations.sweep import sweep


@pytest.fixture
def verify() -> Callable[..., str]:
    """What it prints; begins with "CHANGED" if it found something."""

    def run(**options: Any) -> str:
        said, progress = StringIO(), StringIO()
        with contextlib.suppress(CommandError):
            call_command("verify_audit", stdout=said, stderr=progress, **options)
            return said.getvalue()
        return "CHANGED " + said.getvalue()

    return run


@pytest.fixture
def past(log_issue: Any, casey: Any, bob: Any, at: Any) -> tuple[Any, Any]:
    """Two tickets with verbs and sweeps behind them, sealed a day later."""
    one, two = log_issue(subject="Tills say no"), log_issue(subject="Zürich: 🧾 prints twice")
    for ticket in (one, two):
        ticket.acknowledge(by=casey, at=at + timedelta(minutes=5))
        ticket.note(by=bob, at=at + timedelta(minutes=6), text="Looked\nat “it” – ½ done")
        ticket.send_update(by=casey, at=at + timedelta(minutes=9), summary="We are at it", next_steps="Wait")
    sweep(at + timedelta(days=1))
    for ticket in (one, two):
        ticket.note(by=bob, at=at + timedelta(days=1, minutes=1), text="Still there")
    assert seal_events(at + timedelta(days=1, hours=1))
    return one, two
