"""An overview or a report as a row of the outbox."""

from datetime import datetime
from typing import Any

from contacts.hours import Rhythm
from contacts.models import User
from templates_app.models import Notification


def message(user: User, content: dict[str, Any], *, idem: str, stop: str, slot: datetime, at: datetime) -> Notification:
    """Not saved. `slot` is when it should have come, `stop` the path that ends it. Quiet hours hold it back."""
    language = {"language": user.language} if user.language else {}
    leaves_at = Rhythm(user.time_zone, None, user.quiet_from, user.quiet_until).hold_until(at)
    return Notification(
        idem=idem,
        kind="digest",
        user_id=user.pk,
        to_name=user.name[:120],
        to_address=user.email,
        time_zone=user.time_zone,
        context={**content, **language, "stop_path": stop},
        due_at=slot,
        created_at=at,
        next_try_at=leaves_at,
        held_until=leaves_at if leaves_at > at else None,
    )
