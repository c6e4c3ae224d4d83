"""What somebody who was told can do besides taking it: hold the ladder for two hours, hand it to a named person, or say
that they are the wrong one."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.templatetags.ui import clock_time
from contacts.matrix import Recipient
from contacts.models import User
from contacts.reach import dispute
from escalations.actors import Actor
from escalations.enums import TOP, Cause, EventKind
from escalations.errors import Invalid, NotAllowed
from escalations.site_language import in_site_language

from .ladder import needs_reason
from .turn import turn

if TYPE_CHECKING:
    from escalations.case import Case
    from escalations.models import Escalation, Event

HOLD = timedelta(hours=2)
WRONG = "wrong_person"


class ToldVerbs:
    """Part of Ticket."""

    def hold_ladder(self: Any, *, by: Actor | User, at: datetime) -> None:
        """Give two hours: so long nobody further up is told. Once for each ticket and person. Clocks run on, and the
        updates that the customer is owed are reminded of as before."""
        actor = Actor.of(by)
        with turn(self, "hold_ladder", at) as case:
            ticket = case.ticket
            if ticket.level >= TOP:
                raise NotAllowed("hold_ladder", _("The highest level was told: there is nothing left to hold."))
            if earlier := hold_of(ticket, actor):
                when = {"when": clock_time(earlier.at, case.at)}
                raise NotAllowed("hold_ladder", _("You gave two hours at %(when)s; that can be done once.") % when)
            ticket.held_until = max(ticket.held_until or case.at, case.at + HOLD)
            case.record(EventKind.HELD, by=actor, until=ticket.held_until.isoformat())
            case.tell_unless(case.owner_recipient(), "held", actor, by=actor.name)

    def hand_to(
        self: Any, *, user: User, reason: str, by: Actor | User, at: datetime, escalation: "Escalation | None" = None
    ) -> None:
        """Hand it to somebody by name: they are told as the rung of `escalation` (default: the highest that was told)
        was. Whoever had it has it no more, and the ladder waits one step for the other to take it."""
        needs_reason(reason)
        actor = Actor.of(by)
        with turn(self, "hand_to", at) as case:
            told = _rung(case, escalation)
            problem = _why_not(case, told, user, actor)
            if problem:
                raise Invalid(user=problem)
            case.join(told, Recipient.of_user(user, level=told.level), cause=Cause.MANUAL, by=actor, reason=reason)
            if case.ticket.taken_at and case.ticket.taken_by_name == actor.name:
                let_go(case)
                case.ticket.held_until = case.ticket.severity.one_step_after(case.at)

    def pass_on(self: Any, *, escalation: "Escalation", email: str, by: Actor | User, at: datetime) -> None:
        """The person at `email` says that they are the wrong one for this: the next position of the rung, or the next
        rung, is told at once, and managers and administrators are asked to look at the matrix. Said twice it is said
        once."""
        actor = Actor.of(by)
        with turn(self, "pass_on", at) as case:
            told = _rung(case, escalation)
            person = next((each for each in told.contacts if each["email"].lower() == email.lower()), None)
            if person is None:
                raise Invalid(email=_("Nobody with this address was told here."))
            if case.ticket.taken_at and case.ticket.taken_by_name == actor.name:
                raise NotAllowed("pass_on", _("You have it. Hand it over to somebody instead."))
            if said_wrong(case.ticket, told, email):
                return
            case.record(
                EventKind.UNREACHABLE,
                by=actor,
                level=told.level,
                to=person["name"],
                address=person["email"],
                how=WRONG,
                escalation=told.pk,
            )
            dispute(person["email"], case.ticket.number, case.at)
            _ask_to_check(case, person)
            if case.still_asks(told):
                case.next_position(told, cause=Cause.WRONG_PERSON)


def hold_of(ticket: Any, actor: Actor) -> "Event | None":
    """The hold that this person gave this ticket."""
    holds = ticket.events.filter(kind=EventKind.HELD)
    found: Event | None = holds.filter(actor=actor.user, **({} if actor.user else {"actor_name": actor.name})).first()
    return found


def said_wrong(ticket: Any, escalation: "Escalation", email: str) -> "Event | None":
    """Where they said that they are the wrong person for this."""
    told = ticket.events.filter(kind=EventKind.UNREACHABLE, data__how=WRONG, data__escalation=escalation.pk)
    found: Event | None = told.filter(data__address__iexact=email).first()
    return found


def let_go(case: "Case") -> None:
    """Whoever has it has it no more."""
    ticket = case.ticket
    ticket.taken_at, ticket.taken_by, ticket.taken_by_name = None, None, ""
    ticket.escalations.filter(ended_at=None).update(taken_at=None, taken_by=None, taken_by_name="")


def _rung(case: "Case", escalation: "Escalation | None") -> "Escalation":
    rungs = case.ticket.escalations.filter(ended_at=None).select_related("clock")
    if escalation is not None:
        found = rungs.filter(pk=escalation.pk).first()
    else:
        found = max(rungs, key=lambda each: (each.level.isdigit(), each.level), default=None)
    if found is None:
        raise NotAllowed("pass_on", _("The ladder has come down again: nobody is asked any more."))
    return found


def _why_not(case: "Case", told: "Escalation", user: User, actor: Actor) -> str:
    if actor.user and actor.user.pk == user.pk:
        return _("That is you.")
    if not (user.is_active and user.email and user.may_work):
        return _("%(name)s cannot be told: no e-mail address, or no longer here.") % {"name": user.name}
    if case.journal.matrix.is_away(user.pk):
        return _("%(name)s is away. Choose somebody who is there.") % {"name": user.name}
    if any(each["email"].lower() == user.email.lower() for each in told.contacts):
        return _("%(name)s was told already.") % {"name": user.name}
    return ""


@in_site_language
def _ask_to_check(case: "Case", person: dict[str, str]) -> None:
    case.alert(
        f"wrong.{person['email'].lower()}",
        _("%(name)s <%(address)s> says: I am the wrong person for this (%(number)s, as %(title)s).")
        % {"name": person["name"], "address": person["email"], "number": case.ticket.number, "title": person["title"]},
        _("Check who stands there in the contact matrix. Whoever stands next was told."),
        managers=True,
    )
