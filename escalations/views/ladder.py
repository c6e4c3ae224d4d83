"""The ladder beside a ticket: who was told when, who has it, and who would be next."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
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
    story: list[tuple[str, datetime]] = field(default_factory=list)  # told, delivered, seen, taken
    before: list[str] = field(default_factory=list)  # who was told here before them


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
            owner = ticket.owner
            story = story_of(escalation) if escalation and told else []
            return Rung("L1", owner.name, _("Owner"), "told", ticket.reported_at, owner.phone, owner.email, story=story)
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
    """Who is asked now: whoever took it, else the last of those who were told here."""
    people: list[dict[str, Any]] = escalation.contacts or [{}]
    taker = next((each for each in people if each.get("name") == escalation.taken_by_name), None)
    person = taker or people[-1]
    before = [each["name"] for each in people if each is not person and each.get("name")]
    return Rung(
        number=SIDE.get(escalation.level, f"L{escalation.level}"),
        side=escalation.level in SIDE,
        name=person.get("name") or _("Nobody"),
        what=person.get("title", ""),
        state="taken" if taker and escalation.taken_at else "told",
        at=escalation.at,
        phone=person.get("phone", ""),
        email=person.get("email", ""),
        story=story_of(escalation),
        before=before,
    )


def story_of(escalation: Escalation) -> list[tuple[str, datetime]]:
    """How far the news has come, each step with its time. What a mail server has accepted is not delivered yet: that
    is known only where a mail provider reports it."""
    steps = [(_("told"), escalation.at)]
    if escalation.delivered_at:
        steps.append((_("delivered"), escalation.delivered_at))
    elif escalation.notified_at:
        kept = settings.EMAIL_BACKEND.endswith("OutboxBackend")  # there is no server
        steps.append((_("in the outbox") if kept else _("accepted by the mail server"), escalation.notified_at))
    if escalation.seen_at:
        steps.append((_("seen"), escalation.seen_at))
    if escalation.taken_at:
        steps.append((_("taken by %(name)s") % {"name": escalation.taken_by_name}, escalation.taken_at))
    return steps
