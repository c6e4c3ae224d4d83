"""Ticking the response checklist by hand (Escalation Protocol, section 7)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contacts.models import User
from contacts.models.people import Role
from escalations.actors import Actor
from escalations.enums import EventKind
from escalations.errors import Invalid, NotAllowed
from escalations.models.care import ChecklistMark
from escalations.models.protocol import ChecklistLine

from .turn import turn

LONGEST_NOTE = 300
LEADERS = (Role.MANAGER, Role.ADMIN)


class ChecklistVerbs:
    """Part of Ticket."""

    def tick(self: Any, *, line: ChecklistLine, by: User, at: datetime, needed: bool = True, note: str = "") -> None:
        """Tick a line that the system cannot see, or (`needed` False, with a note) say that it is not needed here.

        A required line can be set aside by a manager or an administrator only.
        """
        note = note.strip()
        if len(note) > LONGEST_NOTE:
            raise Invalid(note=_("Keep it under %(most)s characters.") % {"most": LONGEST_NOTE})
        with turn(self, "tick", at) as case:
            _may_mark(case.ticket, line, by, needed, note)
            ChecklistMark.objects.update_or_create(
                ticket=case.ticket, line=line, defaults={"needed": needed, "note": note, "by": by, "at": case.at}
            )
            case.record(EventKind.CHECKED, by=Actor.of(by), text=note, line=line.key, action=line.action, needed=needed)

    def untick(self: Any, *, line: ChecklistLine, by: User, at: datetime) -> None:
        """Take back what was said by hand."""
        with turn(self, "untick", at) as case:
            gone, _rows = case.ticket.checklist_marks.filter(line=line).delete()
            if not gone:
                raise NotAllowed("untick", _("“%(line)s” is not ticked by hand.") % {"line": line.action})
            case.record(EventKind.CHECKED, by=Actor.of(by), line=line.key, action=line.action, undone=True)


def is_leader(user: Any) -> bool:
    """Managers and administrators may set aside what the protocol requires."""
    return bool(user.is_active and (user.is_superuser or user.role in LEADERS))


def _may_mark(ticket: Any, line: ChecklistLine, by: User, needed: bool, note: str) -> None:
    # Imported here: what the checklist sees are models, which need the verbs.
    from escalations.checklist import SEEN_ONLY, State, checklist_of
    from escalations.checklist_facts import Facts

    names = {"line": line.action, "severity": ticket.severity_id}
    item = next(item for item in checklist_of(ticket, Facts.of(ticket)) if item.line == line)
    if item.state == State.NOT_ASKED:
        raise NotAllowed("tick", _("“%(line)s” is not asked for %(severity)s.") % names)
    if item.is_done and item.mark is None:
        raise NotAllowed("tick", _("“%(line)s” is done: the system saw it.") % names)
    if needed and line.key in SEEN_ONLY:
        raise NotAllowed("tick", _("“%(line)s” ticks itself as soon as it is done.") % names)
    if not needed and not note:
        raise Invalid(note=_("Say why it is not needed here."))
    if not needed and item.is_required and not is_leader(by):
        raise Invalid(needed=_("The protocol requires this for %(severity)s. Ask a manager to set it aside.") % names)
