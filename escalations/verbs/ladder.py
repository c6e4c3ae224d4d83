"""The verbs of the ladder: escalate early, take, stand down a rung (Escalation Protocol, sections 4, 5 and 8)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from contacts.models import User
from contacts.models.matrix import Level, Proof
from contacts.reach import prove
from escalations.actors import Actor
from escalations.enums import TOP, Cause, EventKind
from escalations.errors import Invalid, NotAllowed

from .turn import turn

if TYPE_CHECKING:
    from escalations.case import Case


class LadderVerbs:
    """Part of Ticket."""

    def escalate(self: Any, *, reason: str, by: Actor | User, at: datetime, level: int | str | None = None) -> None:
        """Tell the next level, or `level` (2 to 5, "technical", "product"), now. Anyone may, when in doubt."""
        needs_reason(reason)
        actor = Actor.of(by)
        with turn(self, "escalate", at) as case:
            rung = _target(case, level)
            if isinstance(rung, int):
                told = case.climb_to(rung, cause=Cause.MANUAL, reason=reason, by=actor)
                case.ticket.climbed_at, case.ticket.held_until = case.at, None
            else:
                told = case.tell_rung(rung, cause=Cause.MANUAL, reason=reason, by=actor)
            if not told:
                raise NotAllowed("escalate", _("Nobody can be told there. Fill the contact matrix, or call somebody."))

    def take(self: Any, *, by: Actor | User, at: datetime) -> None:
        """Say "I have it". The ladder holds for one step; unless the customer has heard something by then, a clock
        that is still breached climbs on."""
        actor = Actor.of(by)
        with turn(self, "take", at) as case:
            ticket = case.ticket
            ticket.taken_at, ticket.taken_by, ticket.taken_by_name = case.at, actor.user, actor.name
            step = ticket.severity.one_step_after(case.at)
            ticket.held_until = max(step, ticket.held_until or step)  # somebody may have given it longer
            ticket.escalations.filter(ended_at=None, taken_at=None).update(
                taken_at=case.at, taken_by=actor.user, taken_by_name=actor.name
            )
            case.record(EventKind.TAKEN, by=actor, held_until=ticket.held_until.isoformat())
            for address in _addresses_of(case, actor):
                prove(address, Proof.TAKEN, case.at)
            case.tell_unless(case.owner_recipient(), "taken", actor, by=actor.name)

    def de_escalate(self: Any, *, reason: str, by: Actor | User, at: datetime) -> None:
        """One level down. The ladder holds for one step."""
        needs_reason(reason)
        actor = Actor.of(by)
        with turn(self, "de_escalate", at) as case:
            ticket = case.ticket
            if ticket.level <= 1:
                raise NotAllowed("de_escalate", _("This ticket is on level 1 already."))
            ticket.level -= 1
            higher = [str(level) for level in range(ticket.level + 1, TOP + 1)]
            ticket.escalations.filter(ended_at=None, level__in=higher).update(ended_at=case.at)
            ticket.held_until = ticket.severity.one_step_after(case.at)
            case.record(EventKind.DE_ESCALATED, by=actor, text=reason, level=ticket.level)


def _addresses_of(case: "Case", actor: Actor) -> set[str]:
    """Where whoever takes it had been told: that reached them."""
    own = actor.user.email.lower() if actor.user else ""
    told = [person for each in case.ticket.escalations.filter(ended_at=None) for person in each.contacts]
    theirs = (person for person in told if person["email"].lower() == own or person["name"] == actor.name)
    return {person["email"].lower() for person in theirs}


def needs_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(reason=_("Say why."))


def _target(case: "Case", level: int | str | None) -> int | str:
    """The rung that is meant; refuses one that was told already."""
    if level is None:
        level = case.ticket.level + 1
        if level > TOP:
            raise NotAllowed("escalate", _("The highest level was told already."))
    if str(level) not in Level.values:
        raise Invalid(level=_("Give a level from 1 to 5, “technical” or “product”."))
    if str(level).isdigit():
        if int(level) <= case.ticket.level:
            raise NotAllowed("escalate", _("Level %(level)s was told already.") % {"level": level})
        return int(level)
    if case.ticket.escalations.filter(level=level, ended_at=None).exists():
        raise NotAllowed("escalate", _("%(rung)s was told already.") % {"rung": Level(str(level)).label})
    return str(level)
