"""The verbs of the desk itself: who owns it, how grave it is, what was noted, what was corrected."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from contacts.matrix import Recipient
from contacts.models import User
from escalations import budgets, copies, mentions, tags
from escalations.actors import Actor
from escalations.enums import Cause, ClockKind, EventKind
from escalations.errors import Invalid
from escalations.models.severity import Severity
from templates_app import held, plain

from .customer import start_update_clock
from .turn import turn

if TYPE_CHECKING:
    from escalations.case import Case

EXCERPT = 600  # characters of a note in a mail
EDITABLE = ("subject", "description", "customer", "tags", "reporter_name", "reporter_email", "cc")


class DeskVerbs:
    """Part of Ticket."""

    def assign(self: Any, *, owner: User, by: Actor | User, at: datetime) -> None:
        """Give the ticket to `owner`, who is level 1 of its ladder from now on and is told."""
        from escalations.opening import check_owner

        check_owner(owner)
        actor = Actor.of(by)
        with turn(self, "assign", at) as case:
            ticket = case.ticket
            before = ticket.owner
            if before == owner:
                raise Invalid(owner=_("%(name)s owns this ticket already.") % {"name": owner.name})
            ticket.owner = owner
            ticket.team = ticket.team or owner.team
            case.record(EventKind.ASSIGNED, by=actor, before=before.username if before else None, owner=owner.username)
            case.tell_unless(Recipient.of_user(owner, level="1"), "assigned", actor, by=actor.name)

    def change_severity(self: Any, *, severity: Severity, reason: str, by: Actor | User, at: datetime) -> None:
        """New targets, counted from the report; a response already given keeps its verdict.

        A breach that the change causes is dated at the change, and the ladder climbs once. The level stays. What
        becomes urgent waits for nobody's quiet hours any more, and its owner is told.

        While the severity is only what a mail's words suggest (`untriaged`), naming the same one confirms it, without
        a reason; whichever it is, the rungs that were spared until somebody had looked are told now.
        """
        actor = Actor.of(by)
        with turn(self, "change_severity", at, once=True) as case:
            before, triages = case.ticket.severity, case.ticket.untriaged
            if before == severity and not triages:
                raise Invalid(severity=_("This ticket is %(code)s already.") % {"code": severity.code})
            if before != severity and not reason.strip():
                raise Invalid(reason=_("Say why the severity changes."))
            case.ticket.severity, case.ticket.untriaged = severity, False
            more: dict[str, Any] = {"triaged": True} if triages else {}
            case.record(EventKind.SEVERITY, by=actor, text=reason, before=before.code, severity=severity.code, **more)
            if before != severity:
                retarget(case)
            open_rungs = set(case.ticket.escalations.filter(ended_at=None).values_list("level", flat=True))
            told = open_rungs | {str(level) for level in range(1, case.ticket.level + 1)}
            rungs = [rung for rung in severity.notify_on_open if str(rung) not in told]
            case.tell_rungs(rungs, cause=Cause.SEVERITY, already=told)
            if severity.is_urgent and not before.is_urgent:
                held.free(case.ticket.number, case.at, severity={"code": severity.code, "name": severity.name})
                case.tell_unless(case.owner_recipient(), "severity", actor, by=actor.name, reason=reason)

    def note(self: Any, *, text: str, by: Actor | User, at: datetime, mail: dict[str, Any] | None = None) -> None:
        """An internal note in Markdown; the customer never sees it. Whoever it mentions (`@username`) is told. `mail`
        is what else is kept of a note that came as one."""
        text = text.strip()
        if plain.is_blank(text):
            raise Invalid(text=_("Write the note first."))
        actor = Actor.of(by)
        people = mentions.people_in(text)
        with turn(self, "note", at) as case:
            if not mail:  # a mail cannot be corrected: it mentions, and those who may not see it hear nothing
                _must_see(case.ticket, people)
            named = {user.username: user.name for user in people}
            more: dict[str, Any] = {"mail": mail} if mail else {}
            case.record(EventKind.NOTE, by=actor, text=text, mentions=named, **more)
            for user in people:
                case.tell_unless(
                    Recipient.of_user(user), "mentioned", actor, by=actor.name, reason=plain.shorten(text, EXCERPT)
                )

    def edit(self: Any, *, by: Actor | User, at: datetime, **changed: Any) -> None:
        """Correct what was logged. What stood there before is kept in the event."""
        from escalations.opening import check_subject

        if unknown := set(changed) - set(EDITABLE):
            raise Invalid(**{name: _("This cannot be edited.") for name in unknown})
        if "subject" in changed:
            check_subject(changed["subject"])
            changed["subject"] = plain.one_line(changed["subject"])
        for name, rule in (("tags", tags.normalised), ("cc", copies.normalised)):
            if name in changed:
                changed[name] = rule(changed[name])
        with turn(self, "edit", at) as case:
            before = {
                name: getattr(case.ticket, name) for name in changed if getattr(case.ticket, name) != changed[name]
            }
            if not before:
                return
            for name in before:
                setattr(case.ticket, name, changed[name])
            case.record(
                EventKind.EDITED,
                by=Actor.of(by),
                changes={name: [_plain(old), _plain(changed[name])] for name, old in before.items()},
            )


def retarget(case: "Case") -> None:
    ticket = case.ticket
    if response := case.clock(ClockKind.RESPONSE):
        response.retarget(**budgets.response_terms(ticket.severity, response.started_at), at=case.at)
        response.protocol_id = case.journal.protocol
    if resolution := case.clock(ClockKind.RESOLUTION):
        resolution.retarget(**budgets.resolution_terms(ticket.severity, resolution.started_at), at=case.at)
        resolution.protocol_id = case.journal.protocol
    update = case.clock(ClockKind.UPDATE)
    # What was owed under the old cadence is neither kept nor broken; a promise stays one, unless more is owed now.
    promised = update.due_at if update and update.promised and update.due_at and update.due_at > case.at else None
    start_update_clock(case, promised, judged=False, at_the_latest=True)


def _must_see(ticket: Any, people: list[User]) -> None:
    from escalations.sight import must_see  # which knows the tickets that this verb is part of

    must_see(ticket, people, "text")


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, list, type(None))) else str(value)
