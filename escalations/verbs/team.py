"""The response team: who works on an issue together (Escalation Protocol, sections 4 and 7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from contacts.matrix import Matrix, Recipient
from contacts.models import User
from contacts.models.matrix import Level
from escalations.actors import LONGEST, Actor
from escalations.enums import EventKind
from escalations.errors import Invalid, NotAllowed

from .turn import turn

if TYPE_CHECKING:
    from escalations.case import Case
    from escalations.models import Responder

LEAD = "Incident lead"  # whoever has this role is named to everybody who joins
ROLES = (LEAD, "Engineering", "Product", "Communications", "Scribe", "Executive sponsor")
MOST = 60  # people on one team at a time


@dataclass(frozen=True)
class Newcomer:
    """Somebody to be put on the team. Without a user, name and e-mail say who it is."""

    role: str
    user: User | None = None
    name: str = ""
    email: str = ""
    phone: str = ""

    @classmethod
    def of(cls, recipient: Recipient, role: str = "") -> "Newcomer":
        user = User.objects.filter(pk=recipient.user_id, is_active=True).first() if recipient.user_id else None
        return cls(role or recipient.title, user, recipient.name, recipient.email, recipient.phone)

    @property
    def address(self) -> str:
        return (self.email or (self.user.email if self.user else "")).lower()

    @property
    def shown(self) -> str:
        return (self.name or (self.user.name if self.user else ""))[:LONGEST]


class TeamVerbs:
    """Part of Ticket."""

    def add_responders(self: Any, *, people: Sequence[Newcomer], by: Actor | User, at: datetime) -> list["Responder"]:
        """Put these people on the response team and tell them. Who is on it already is passed over.

        Raises Invalid if nobody is named, a name or address cannot be used, or all are on the team already.
        """
        _check(people)
        actor = Actor.of(by)
        with turn(self, "add_responders", at) as case:
            there = list(case.ticket.responders.filter(left_at=None).select_related("user"))
            new = _not_yet(people, there)
            if not new:
                raise Invalid(people=_("They are on the team already."))
            if len(there) + len(new) > MOST:
                raise Invalid(people=_("A team has at most %(most)s people.") % {"most": MOST})
            joined = _join(case, new, actor)
            case.record(EventKind.TEAM, by=actor, joined=[{"name": r.name, "role": r.role} for r in joined])
            _tell(case, new, [*there, *joined], actor)
        return joined

    def remove_responder(self: Any, *, responder: "Responder", by: Actor | User, at: datetime) -> None:
        """They leave the team; that they were on it stays in the record."""
        actor = Actor.of(by)
        with turn(self, "remove_responder", at) as case:
            left = case.ticket.responders.filter(pk=responder.pk, left_at=None).update(left_at=case.at)
            if not left:
                raise NotAllowed(
                    "remove_responder", _("%(name)s has left the team already.") % {"name": responder.name}
                )
            case.record(EventKind.TEAM, by=actor, left={"name": responder.name, "role": responder.role})


def usual_team(ticket: Any, at: datetime) -> list[Newcomer]:
    """Whom the protocol wants in the room: the owner leads, with whoever stands on level 2 and for Technical."""
    matrix = Matrix.at(at)
    team = [Newcomer(LEAD, ticket.owner)] if ticket.owner else []
    for level, role in ((Level.LEAD, ""), (Level.TECHNICAL, "Engineering")):
        if recipient := matrix.who(str(level), ticket.team_id).recipient:
            team.append(Newcomer.of(recipient, role))
    return _once(team)


def _check(people: Iterable[Newcomer]) -> None:
    if not people:
        raise Invalid(people=_("Name at least one person."))
    for person in people:
        if not person.role.strip():
            raise Invalid(role=_("Say what %(name)s does on the team.") % {"name": person.shown})
        if person.user is None and not person.name.strip():
            raise Invalid(name=_("Give the person’s name."))
        if person.user is None and person.email:
            try:
                validate_email(person.email)
            except ValidationError:
                raise Invalid(email=_("This is not an e-mail address.")) from None


def _once(people: Iterable[Newcomer]) -> list[Newcomer]:
    kept: dict[Any, Newcomer] = {}
    for person in people:
        kept.setdefault(person.address or person.shown.casefold(), person)
    return list(kept.values())


def _not_yet(people: Iterable[Newcomer], there: Iterable["Responder"]) -> list[Newcomer]:
    users = {responder.user_id for responder in there} - {None}
    known = {r.email.lower() for r in there if r.email} | {r.user.email.lower() for r in there if r.user}
    known |= {r.name.casefold() for r in there if not r.email and not r.user_id}
    return [
        person
        for person in _once(people)
        if (person.user is None or person.user.pk not in users)
        and (person.address or person.shown.casefold()) not in known
    ]


def _join(case: "Case", people: Iterable[Newcomer], actor: Actor) -> list["Responder"]:
    from escalations.models import Responder

    rows = [
        Responder(
            ticket=case.ticket,
            user=person.user,
            name=person.shown,
            email=person.address,
            role=person.role.strip()[:80],
            joined_at=case.at,
            added_by=actor.user,
        )
        for person in people
    ]
    return Responder.objects.bulk_create(rows)


def _tell(case: "Case", people: Iterable[Newcomer], team: Iterable["Responder"], actor: Actor) -> None:
    """Each hears who leads, unless they lead themselves."""
    lead = next((responder for responder in team if responder.role == LEAD), None)
    for person in people:
        if person.user:
            recipient = Recipient.of_user(person.user, title=person.role)
        else:
            recipient = Recipient(person.shown, person.address, person.role, person.phone)
        leader = lead.name if lead and lead.email != person.address else ""
        case.tell_unless(recipient, "joined", actor, reason=leader, by=actor.name)
