"""What of an event is sealed, in a form that is the same before it is written and after it is read, by either database.

docs/operations.md prints twenty lines that verify it with Python's standard library alone: what is changed here makes
them, and every seal that was ever written, wrong.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from escalations.models.event import Event
from escalations.models.ticket import FIRST_NUMBER

# The columns of `values_list` that `facts` takes, in its order.
COLUMNS = (
    "ticket_id",
    "uid",
    "kind",
    "key",
    "clock__kind",
    "cycle",
    "due_at",
    "at",
    "actor_id",
    "actor_name",
    "text",
    "data",
)


def facts(row: Sequence[Any]) -> dict[str, Any]:
    """The facts of an event whose COLUMNS are `row`."""
    ticket, uid, kind, key, clock, cycle, due_at, at, actor, actor_name, text, data = row
    return {
        "ticket": f"ESC-{FIRST_NUMBER + ticket}",
        "uid": str(uid),
        "kind": str(kind),
        "key": key,
        "clock": str(clock) if clock else None,
        "cycle": cycle,
        "due_at": moment(due_at),
        "at": moment(at),
        "actor": actor,
        "actor_name": str(actor_name),
        "text": str(text),
        "data": plain(data),
    }


def facts_of(event: Event) -> dict[str, Any]:
    """The same of an event in hand."""
    clock = event.clock.kind if event.clock else None
    who, what = (event.actor_id, event.actor_name), (event.text, event.data)
    named = (event.ticket_id, event.uid, event.kind, event.key)
    return facts((*named, clock, event.cycle, event.due_at, event.at, *who, *what))


def link(previous: str, sealed: dict[str, Any]) -> str:
    """The seal of an event with these facts that follows the one sealed with `previous` ("" for the first)."""
    return hashlib.sha256(canonical([previous, sealed]).encode()).hexdigest()


def canonical(value: Any) -> str:
    return _encoder.encode(value)


_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"))  # made once: `json.dumps` makes it every time


def moment(at: datetime) -> str:
    """UTC, always with six digits of microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def plain(value: Any) -> Any:
    """As JSON gives it back. PostgreSQL keeps numbers as decimals: 1e16 comes back as an integer, -0.0 as 0."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        exact = Decimal(repr(value))
        return int(exact) if exact == exact.to_integral_value() else value
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if all(isinstance(key, str) for key in value):
        return {key: plain(each) for key, each in value.items()}
    return plain(json.loads(json.dumps(value)))  # other keys become text, which sorts otherwise
