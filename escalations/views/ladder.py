"""The ladder beside a ticket: who was told when, who has it, and who would be next."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contacts.matrix import Matrix
from contacts.models.matrix import Level
from escalations.enums import TOP
from escalations.forecast import Forecast
from escalations.models import Escalation, Ticket

SIDE = {str(Level.TECHNICAL): "T", str(Level.PRODUCT): "P"}


@dataclass(frozen=True)
class Rung:
    """`state`: taken, told, ahead (would be told if nobody acts), or still."""

    number: str  # as it is written in the circle: L1 … L5, T, P
    name: str
    what: str
    state: str
    at: datetime | None = None
    phone: str = ""
    email: str = ""
    passed: list[tuple[str, str]] = field(default_factory=list)
    side: bool = False


def rungs_of(
    ticket: Ticket, told: list[Escalation], coming: list[Forecast], matrix: Matrix, at: datetime
) -> list[Rung]:
    """The five rungs, then the side rungs that were told."""
    latest = {escalation.level: escalation for escalation in told}
    climbs = {str(step.level): step for step in coming if step.level}
    rungs = [_rung(str(n), ticket, latest.get(str(n)), climbs.get(str(n)), matrix) for n in range(1, TOP + 1)]
    side = [_told(latest[level]) for level in (Level.TECHNICAL, Level.PRODUCT) if level in latest]
    return rungs + side


def _rung(number: str, ticket: Ticket, escalation: Escalation | None, step: Forecast | None, matrix: Matrix) -> Rung:
    if number == "1" and ticket.owner:
        told = escalation and escalation.contacts and escalation.contacts[0]["email"] == ticket.owner.email
        if not (escalation and escalation.taken_at and told):
            return Rung(
                "L1", ticket.owner.name, _("Owner"), "told", ticket.reported_at, ticket.owner.phone, ticket.owner.email
            )
    if escalation:
        return _told(escalation)
    standing = matrix.who(number, ticket.team_id)
    name = standing.recipient.name if standing.recipient else _("Nobody")
    if step:
        return Rung(f"L{number}", name, standing.title, "ahead", step.at, passed=standing.passed)
    if int(number) < ticket.level:
        return Rung(f"L{number}", name, _("%(title)s, passed over") % {"title": standing.title}, "still")
    return Rung(f"L{number}", name, standing.title, "still", passed=standing.passed)


def _told(escalation: Escalation) -> Rung:
    person: dict[str, Any] = escalation.contacts[0] if escalation.contacts else {}
    has_it = bool(escalation.taken_at and escalation.taken_by_name == person.get("name"))
    return Rung(
        number=SIDE.get(escalation.level, f"L{escalation.level}"),
        side=escalation.level in SIDE,
        name=person.get("name") or _("Nobody"),
        what=f"{person.get('title', '')}\N{NO-BREAK SPACE}· {_state(escalation, has_it)}",  # no line begins with a dot
        state="taken" if has_it else "told",
        at=escalation.at,
        phone=person.get("phone", ""),
        email=person.get("email", ""),
    )


def _state(escalation: Escalation, has_it: bool) -> str:
    """How far the news has come: on its way, delivered, seen, taken."""
    if has_it:
        return _("has it")
    if escalation.seen_at:
        return _("seen")
    return _("delivered") if escalation.notified_at else _("on its way")
