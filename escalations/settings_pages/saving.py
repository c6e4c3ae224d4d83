"""One severity or one calendar through the forms of the protocol's drafts, saved at once.

What runs then differs from what was signed: a provisional version of it begins, as after a change through the API
(`escalations.protocol.force`). A form says which version it was opened under; if another one runs by now, somebody was
faster, and what they did is not undone unseen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from contacts.models import User
from escalations.protocol.applying import apply
from escalations.protocol.checking import checked
from escalations.protocol.content import Content, snapshot
from escalations.protocol.errors import LostUpdate
from escalations.protocol.force import changing
from escalations.protocol.standing import running


@dataclass(frozen=True)
class Standing:
    """Stands where a form of a draft expects the draft."""

    content: Content
    edits: int  # the version that runs, by its key; 0 on a desk that has none


def standing(narrow: Callable[[Content], Content]) -> Standing:
    """`narrow` leaves of the settings what the form is about."""
    runs = running()
    return Standing(narrow(snapshot()), runs.pk if runs else 0)


def save(change: Callable[[Content], Content], *, by: User, at: datetime, opened: int | None = None) -> None:
    """`change` makes of the settings, as they are under the lock, what they shall be. Raises BadContent where that
    cannot be, and LostUpdate if another version runs than the one `opened`."""
    with changing(by, at):
        runs = running()
        if opened is not None and opened != (runs.pk if runs else 0):
            raise LostUpdate(
                _("Somebody else changed the settings after you opened this. Look at them now, then save again.")
            )
        apply(checked(change(snapshot())), at)
