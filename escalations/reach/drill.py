"""A test of the ladder: everybody on it gets a marked message and confirms that it was read. Nothing else happens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from config.nudge import nudge_deliver
from contacts import once
from contacts.matrix import Matrix, Recipient
from contacts.models import Contact, Team
from contacts.models.matrix import Level, Proof
from contacts.reach import prove
from escalations.errors import NotAllowed
from escalations.links import LinkProblem
from escalations.models import Drill, DrillCall
from escalations.write_back import insert
from templates_app.models import Notification
from templates_app.models.notification import State
from templates_app.seal import seal

KIND = "drill"
SALT = "escalations.drill"
VALID_FOR = timedelta(days=7)
AGAIN_AFTER = timedelta(minutes=5)  # the same ladder


def start(*, team: Team | None, first_only: bool, through_quiet: bool, by: Any, at: datetime) -> Drill:
    """Write to everybody on the ladder of `team` (None: everyone's), or to those alone who would be told first now.

    Mail waits for the end of its reader's quiet hours, unless `through_quiet`. Raises NotAllowed if the same ladder was
    tested a moment ago, or if there is nobody to write to.
    """
    with transaction.atomic():
        once.claim(0, f"drill of {team.pk if team else 'everyone'}", wait=True)
        if Drill.objects.filter(team=team, at__gt=at - AGAIN_AFTER).exists():
            raise NotAllowed("drill", _("This ladder was tested a moment ago. Wait for the answers."))
        calls = list(_first(team, at) if first_only else _all(team, at))
        if not any(recipient for _place, recipient in calls):
            raise NotAllowed("drill", _("Nobody on this ladder can be written to. Fill the contact matrix."))
        drill = Drill.objects.create(team=team, by=by, at=at)
        DrillCall.objects.bulk_create(_call(drill, place, recipient) for place, recipient in calls)
        people = {recipient.email.lower(): recipient for _place, recipient in reversed(calls) if recipient}
        insert([_message(drill, person, through_quiet, at) for person in people.values()], ignore_conflicts=True)
        nudge_deliver()
    return drill


Called = tuple[Contact, Recipient | None]


def _first(team: Team | None, at: datetime) -> Iterator[Called]:
    """Who would be told now, on each rung that somebody stands on."""
    matrix = Matrix.at(at)
    for level in Level.values:
        rows = matrix.ladder_rows(level, team.pk if team else None)
        if rows:
            yield rows[0], matrix.who(level, team.pk if team else None).recipient


def _all(team: Team | None, at: datetime) -> Iterator[Called]:
    """Every position; those who are away, and places that are vacant, are not written to."""
    matrix = Matrix.at(at)
    for level in Level.values:
        for contact in matrix.ladder_rows(level, team.pk if team else None):
            closed = contact.user is not None and not contact.user.is_active
            asked = contact.address and not closed and not matrix.away(contact)
            yield contact, Recipient.of_contact(contact) if asked else None


def _call(drill: Drill, place: Contact, recipient: Recipient | None) -> DrillCall:
    return DrillCall(
        drill=drill,
        contact=place,
        level=place.level,
        position=place.position,
        title=place.title,
        name=recipient.name if recipient else place.person_name,
        address=recipient.email if recipient else "",
    )


def _message(drill: Drill, to: Recipient, through_quiet: bool, at: datetime) -> Notification:
    leaves_at = to.rhythm.hold_until(at, goes_through=through_quiet)
    return Notification(
        idem=idem_of(drill, to.email),
        kind=KIND,
        contact_id=to.contact_id,
        user_id=to.user_id,
        level=to.level,
        to_name=to.name,
        to_address=to.email,
        time_zone=to.time_zone,
        context={
            "by": drill.by.name,
            "rung": to.title,
            "path": reverse("drill-confirm", args=[token_of(drill, to.email)]),
            **({"language": to.language} if to.language else {}),
        },
        due_at=at,
        created_at=at,
        next_try_at=leaves_at,
        held_until=leaves_at if leaves_at > at else None,
    )


def idem_of(drill: Drill, address: str) -> str:
    return f"{KIND}.{drill.pk}.{seal(f'{drill.pk}.{address.lower()}')}"


# -- confirming -------------------------------------------------------------------------------------------------------


def token_of(drill: Drill, address: str) -> str:
    return signing.dumps([drill.pk, address.lower()], salt=SALT, compress=False)


def read_token(token: str) -> list[DrillCall]:
    """The places of whoever the link was made for. Raises LinkProblem if it is expired, altered or unknown."""
    try:
        key, address = signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except signing.SignatureExpired as error:
        raise LinkProblem(_("This test is over: its links work for seven days. There is nothing to do.")) from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkProblem(_("This link is not complete or was changed. Open it again from the mail.")) from error
    calls = DrillCall.objects.filter(drill=key, address__iexact=address).select_related("drill__by", "drill__team")
    found = list(calls)
    if not found:
        raise LinkProblem(_("What this link speaks of no longer exists."))
    return found


def confirm(calls: list[DrillCall], at: datetime) -> None:
    """The address is read: kept with the test, and in the matrix wherever the address stands. Again changes nothing."""
    with transaction.atomic():
        keys = [call.pk for call in calls]
        if DrillCall.objects.filter(pk__in=keys, confirmed_at=None).update(confirmed_at=at):
            prove(calls[0].address, Proof.DRILL, at)


# -- how it goes ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """One position: `state` is "confirmed", "delivered", "sent", "waits" (for the end of quiet hours), "queued",
    "failed", or "skipped" (nobody could be asked)."""

    call: DrillCall
    state: str
    at: datetime | None
    reason: str = ""


def progress(drill: Drill) -> list[Progress]:
    """Level by level, as they were asked. Two queries."""
    calls = list(drill.calls.order_by("pk"))
    idems = {idem_of(drill, call.address) for call in calls if call.address}
    messages = {message.idem: message for message in Notification.objects.filter(idem__in=idems)}
    return [_of(call, messages.get(idem_of(drill, call.address))) for call in calls]


def _of(call: DrillCall, message: Notification | None) -> Progress:
    if call.confirmed_at:
        return Progress(call, "confirmed", call.confirmed_at)
    if not call.address or message is None:
        return Progress(call, "skipped", None)
    if message.state in (State.DEAD, State.BOUNCED, State.CANCELLED):
        return Progress(call, "failed", None, message.reason)
    if message.delivered_at:
        return Progress(call, "delivered", message.delivered_at)
    if message.state == State.SENT:
        return Progress(call, "sent", message.sent_at, message.reason)
    return Progress(call, "waits", message.held_until) if message.held_until else Progress(call, "queued", None)
