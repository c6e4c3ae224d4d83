"""Messages for tests: what the desk would have written to the outbox."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from templates_app import delivery
from templates_app.models import Notification

NOW = datetime(2026, 11, 3, 6, 51, 3, tzinfo=UTC)
REPORTED, BREACHED, NEXT = (NOW.replace(second=0) - timedelta(minutes=m) for m in (15, 0, -15))
_numbers = count(1)


def context(**changed: Any) -> dict[str, Any]:
    return {
        "number": "ESC-1047",
        "subject": "Checkout API returns 502",
        "description": "Stores in Spain and Italy run on offline tills.",
        "severity": {"code": "P1", "name": "Critical"},
        "status": "new",
        "status_label": "New",
        "customer": {
            "name": "Lumen Retail",
            "tier": "Enterprise",
            "value": "1840000.00",
            "currency": "EUR",
            "renewal_on": "2027-01-31",
        },
        "owner": {"name": "Priya Nair", "phone": "+34 600 100 200", "email": "priya@desk.example"},
        "reported_at": REPORTED.isoformat(),
        "level": 4,
        "rung": "Chief Customer Officer (CCO)",
        "to_title": "Chief Customer Officer (CCO)",
        "facts": [fact("breach", "response", BREACHED, target="15 min")],
        "reason": "",
        "by": "",
        "told": [{"name": "Jonas Okafor", "title": "Engineering Lead / CTO", "phone": "+49 170 5566"}],
        "taken": None,
        "next": {"at": NEXT.isoformat(), "what": "step", "level": 5},
        "clocks": [
            {"kind": "response", "due_at": BREACHED.isoformat(), "breached_at": BREACHED.isoformat()},
            {"kind": "resolution", "due_at": (REPORTED + timedelta(hours=4)).isoformat(), "breached_at": None},
        ],
        "take_path": "/a/token/",
        "ticket_path": "/tickets/ESC-1047/",
        **changed,
    }


def fact(what: str, clock: str | None, due_at: datetime, **more: Any) -> dict[str, Any]:
    return {"what": what, "clock": clock, "due_at": due_at.isoformat(), "at": due_at.isoformat(), "late": False, **more}


def message(to: str = "vera@desk.example", kind: str = "escalated", at: datetime = NOW, **changed: Any) -> Notification:
    """Not saved. Words about the context go into `context`, everything else into the row."""
    row = {
        "idem": f"event{next(_numbers)}",
        "kind": kind,
        "about": "ESC-1047",
        "to_name": to.partition("@")[0].title(),
        "to_address": to,
        "time_zone": "Europe/Madrid",
        "context": context(),
        "due_at": at,
        "created_at": at,
        "next_try_at": at,
        **changed,
    }
    return Notification(**row)


def queue(*args: Any, **changed: Any) -> Notification:
    row = message(*args, **changed)
    row.save()
    return row


class Desk:
    """What stands behind delivery: answers what is withdrawn, and remembers what it was told."""

    def __init__(self) -> None:
        self.withdrawn: dict[int, str] = {}
        self.sent: list[int] = []
        self.failed: list[int] = []

    def deliver(self, at: datetime = NOW, limit: int = 200) -> delivery.Report:
        return delivery.deliver(at=at, withdrawn=self.ask, sent=self.tell_sent, failed=self.tell_failed, limit=limit)

    def ask(self, rows: Sequence[Notification], at: datetime) -> dict[int, str]:
        return {row.pk: self.withdrawn[row.pk] for row in rows if row.pk in self.withdrawn}

    def tell_sent(self, rows: Sequence[Notification], at: datetime) -> None:
        self.sent += [row.pk for row in rows]

    def tell_failed(self, row: Notification, at: datetime) -> None:
        self.failed.append(row.pk)
