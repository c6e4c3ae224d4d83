"""Calls with the customer: set up, moved, called off; whoever is invited gets an invitation for their calendar."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from contacts.models import User
from escalations import call_mail
from escalations.actors import LONGEST, Actor
from escalations.enums import EventKind
from escalations.errors import Invalid, NotAllowed
from templates_app.plain import one_line

from .turn import turn

if TYPE_CHECKING:
    from escalations.case import Case
    from escalations.models import CustomerCall

FARTHEST = timedelta(days=366)
SHORTEST, LONGEST_CALL = 5, 480  # minutes
MOST = 40  # people on one call
Person = dict[str, str]


class CallVerbs:
    """Part of Ticket. `attendees` are {"name", "email"}; each address is invited once."""

    def schedule_call(
        self: Any,
        *,
        title: str,
        starts_at: datetime,
        attendees: Sequence[Person],
        by: User,
        at: datetime,
        minutes: int = 30,
        place: str = "",
        agenda: str = "",
    ) -> "CustomerCall":
        """Set up a call that lies ahead, and invite these people."""
        from escalations.models import CustomerCall

        people = _people(attendees)
        with turn(self, "schedule_call", at) as case:
            _check(case, title, starts_at, minutes)
            call = CustomerCall.objects.create(
                ticket=case.ticket,
                title=one_line(title),
                starts_at=starts_at,
                minutes=minutes,
                place=one_line(place),
                agenda=agenda.strip(),
                attendees=people,
                organiser=by,
                created_at=case.at,
            )
            _record(case, call, Actor.of(by), "scheduled")
            call_mail.invite(case, call, people)
        return call

    def change_call(
        self: Any,
        *,
        call: "CustomerCall",
        sequence: int,
        title: str,
        starts_at: datetime,
        attendees: Sequence[Person],
        by: User,
        at: datetime,
        minutes: int = 30,
        place: str = "",
        agenda: str = "",
    ) -> None:
        """Change what was agreed; everybody gets the invitation anew, and who is no longer on it hears that.

        `sequence` is the version that was changed: NotAllowed says what somebody else has made of it since.
        """
        people = _people(attendees)
        with turn(self, "change_call", at) as case:
            call = _ahead(case, call, sequence, "change_call")
            _check(case, title, starts_at, minutes)
            before = {person["email"] for person in call.attendees}
            gone = [person for person in call.attendees if person["email"] not in {p["email"] for p in people}]
            changed = _changed(call, one_line(title), starts_at, minutes, one_line(place), agenda.strip())
            if not changed and before == {person["email"] for person in people}:
                return
            call.attendees, call.sequence = people, call.sequence + 1
            call.save()
            _record(case, call, Actor.of(by), "moved" if "starts_at" in changed else "changed")
            call_mail.invite(case, call, people)
            call_mail.call_off(case, call, gone)

    def cancel_call(self: Any, *, call: "CustomerCall", sequence: int, by: User, at: datetime) -> None:
        """Call it off; everybody who was invited hears it."""
        with turn(self, "cancel_call", at) as case:
            call = _ahead(case, call, sequence, "cancel_call")
            call.cancelled_at, call.sequence = case.at, call.sequence + 1
            call.save()
            _record(case, call, Actor.of(by), "cancelled")
            call_mail.call_off(case, call, call.attendees)


def _ahead(case: "Case", call: "CustomerCall", sequence: int, verb: str) -> "CustomerCall":
    """The call as it is under the ticket's lock. Refused if it is over, called off, or not what the person saw."""
    call = case.ticket.calls.select_related("organiser").get(pk=call.pk)
    if call.cancelled_at:
        raise NotAllowed(verb, _("This call was called off already."))
    if call.starts_at + timedelta(minutes=call.minutes) <= case.at:
        raise NotAllowed(verb, _("This call has been held. Set up another one."))
    if call.sequence != sequence:
        raise NotAllowed(verb, _latest(case, call))
    return call


def _latest(case: "Case", call: "CustomerCall") -> str:
    events = case.ticket.events.filter(kind=EventKind.CALL).order_by("-at", "-pk")
    last = next((event for event in events if event.data.get("call") == call.pk), None)
    return _("%(name)s has changed this call meanwhile: it is now “%(title)s”, %(when)s, %(minutes)s minutes.") % {
        "name": last.actor_name if last else _("Somebody"),
        "title": call.title,
        "when": call_mail.moment(call.starts_at),
        "minutes": call.minutes,
    }


def _changed(
    call: "CustomerCall", title: str, starts_at: datetime, minutes: int, place: str, agenda: str
) -> dict[str, Any]:
    given = {"title": title, "starts_at": starts_at, "minutes": minutes, "place": place, "agenda": agenda}
    changed = {name: value for name, value in given.items() if getattr(call, name) != value}
    for name, value in changed.items():
        setattr(call, name, value)
    return changed


def _record(case: "Case", call: "CustomerCall", actor: Actor, what: str) -> None:
    case.record(
        EventKind.CALL,
        by=actor,
        what=what,
        call=call.pk,
        title=call.title,
        starts_at=call.starts_at.isoformat(),
        minutes=call.minutes,
    )


def _check(case: "Case", title: str, starts_at: datetime, minutes: int) -> None:
    if not one_line(title):
        raise Invalid(title=_("Say what the call is about."))
    if not case.at < starts_at <= case.at + FARTHEST:
        raise Invalid(starts_at=_("Choose a time that lies ahead, at most a year."))
    if not SHORTEST <= minutes <= LONGEST_CALL:
        raise Invalid(minutes=_("A call takes from 5 minutes to 8 hours."))


def _people(attendees: Sequence[Person]) -> list[Person]:
    once: dict[str, Person] = {}
    for person in attendees:
        email = person["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise Invalid(attendees=_("“%(email)s” is not an e-mail address.") % {"email": email[:80]}) from None
        once.setdefault(email, {"name": person.get("name", "").strip()[:LONGEST], "email": email})
    if not once:
        raise Invalid(attendees=_("Invite at least one person."))
    if len(once) > MOST:
        raise Invalid(attendees=_("Invite at most %(most)s people.") % {"most": MOST})
    return list(once.values())
