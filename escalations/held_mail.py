"""What somebody chose for their messages counts for what is held already, too."""

from datetime import datetime

from config.nudge import nudge_deliver
from contacts.hours import Rhythm
from contacts.models import User
from contacts.routes import Routes
from templates_app import held


def follow_choice(user: User, at: datetime) -> None:
    """All that is held for `user` leaves when their rhythm, as it is now, says so, and by the channels of now."""
    routes = Routes.of(user)
    held.reroute(user.pk, at, lambda severity, escalates: routes.by(severity, escalates=escalates))
    leaves_at = Rhythm.of(user).hold_until(at)
    if held.rearrange(user.pk, user.email, leaves_at, at) and leaves_at <= at:
        nudge_deliver()
