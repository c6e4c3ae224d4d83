"""What is to be done because of a ticket, by whom, until when (Escalation Protocol, section 4 step 6)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from contacts.models import User
from escalations.actors import Actor
from escalations.care_times import action_reminder, zone_of
from escalations.enums import EventKind
from escalations.errors import Invalid, NotAllowed
from escalations.models.care import ActionItem

from .turn import turn

LONGEST = 300
FARTHEST = timedelta(days=2 * 366)
EARLIEST = timedelta(days=366)


class ActionVerbs:
    """Part of Ticket."""

    def add_action(self: Any, *, text: str, owner: User, due_on: date, by: User, at: datetime) -> ActionItem:
        """Give somebody something to do by the end of `due_on`; they are reminded of it."""
        with turn(self, "add_action", at) as case:
            action = ActionItem(ticket=case.ticket, created_at=case.at, created_by=by)
            _fill(action, text, owner, due_on, case.at)
            _record(case, action, by, "added")
        return action

    def edit_action(
        self: Any, *, action: ActionItem, text: str, owner: User, due_on: date, by: User, at: datetime
    ) -> None:
        """Change what is to be done, by whom or until when; reminders follow."""
        with turn(self, "edit_action", at) as case:
            action = _open_one(case.ticket, action)
            before = (action.text, action.owner_id, action.due_on)
            _fill(action, text, owner, due_on, case.at)
            if before != (action.text, action.owner_id, action.due_on):
                _record(case, action, by, "changed")

    def finish_action(self: Any, *, action: ActionItem, by: User, at: datetime) -> None:
        """It is done."""
        with turn(self, "finish_action", at) as case:
            action = _open_one(case.ticket, action)
            action.done_at, action.done_by, action.remind_at = case.at, by, None
            action.save()
            _record(case, action, by, "done")

    def drop_action(self: Any, *, action: ActionItem, by: User, at: datetime, reason: str = "") -> None:
        """It will not be done."""
        with turn(self, "drop_action", at) as case:
            action = _open_one(case.ticket, action)
            action.dropped_at, action.remind_at = case.at, None
            action.save()
            _record(case, action, by, "dropped", reason=reason.strip())


def _fill(action: ActionItem, text: str, owner: User, due_on: date, at: datetime) -> None:
    text = " ".join(text.split())
    wrong: dict[str, str] = {}
    if not text:
        wrong["text"] = _("Say what is to be done.")
    elif len(text) > LONGEST:
        wrong["text"] = _("Keep it under %(most)s characters.") % {"most": LONGEST}
    if not owner.may_work:
        wrong["owner"] = _("%(name)s cannot be given work. Choose somebody else.") % {"name": owner.name}
    if not at.date() - EARLIEST <= due_on <= at.date() + FARTHEST:
        wrong["due_on"] = _("Give a day within the next two years.")
    if wrong:
        raise Invalid(**wrong)
    action.text, action.owner, action.due_on = text, owner, due_on
    action.remind_at = action_reminder(due_on, zone_of(owner), at)
    action.save()


def _open_one(ticket: Any, action: ActionItem) -> ActionItem:
    """As it is under the ticket's lock."""
    fresh = ActionItem.objects.select_for_update().filter(ticket=ticket, pk=action.pk).first()
    if fresh is None or fresh.done_at or fresh.dropped_at:
        raise NotAllowed("edit_action", _("This action item is done or dropped already."))
    return fresh


def _record(case: Any, action: ActionItem, by: User, what: str, *, reason: str = "") -> None:
    case.record(
        EventKind.ACTION,
        by=Actor.of(by),
        text=reason,
        what=what,
        action=action.text,
        owner=action.owner.name,
        due_on=action.due_on.isoformat(),
    )
