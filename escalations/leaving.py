"""How and when a message leaves: by the channels that its reader chose, at an hour that they did not rule out."""

from datetime import datetime
from typing import Any

from contacts.matrix import Recipient
from templates_app.channels import APP
from templates_app.models.notification import State


def leaving(
    to: Recipient, at: datetime, *, severity: str = "", escalates: bool = False, goes_through: bool = False
) -> dict[str, Any]:
    """Columns of the outbox. `severity`: its code, for which the reader chose channels; `escalates`: never in the app
    alone; `goes_through`: quiet hours and the daily mail do not hold it."""
    channels = to.routes.by(severity, escalates=escalates)
    if not channels:
        return {"channel": APP, "state": State.SENT, "sent_at": at}
    leaves_at = to.rhythm.hold_until(at, goes_through=goes_through)
    first, *rest = channels
    return {
        "channel": first,
        "channels": rest,
        "next_try_at": leaves_at,
        "held_until": leaves_at if leaves_at > at else None,
    }
