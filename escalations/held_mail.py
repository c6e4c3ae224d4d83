"""What somebody chose for their mail counts for what is held already, too."""

from datetime import datetime

from config.nudge import nudge_deliver
from contacts.hours import Rhythm
from contacts.models import User
from templates_app import held


def follow_choice(user: User, at: datetime) -> None:
    """All that is held for `user` leaves when their rhythm, as it is now, says so."""
    leaves_at = Rhythm.of(user).hold_until(at)
    if held.rearrange(user.pk, user.email, leaves_at, at) and leaves_at <= at:
        nudge_deliver()
