"""Who hears of what happens to a version: those who are asked to sign, and whoever began the draft."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import translation

from config.nudge import nudge_deliver
from contacts.matrix import Recipient
from contacts.models import User
from escalations.leaving import leaving
from escalations.models.version import ProtocolVersion, Signature, Stage
from escalations.write_back import insert
from templates_app.models import Notification
from templates_app.seal import seal

KIND = "protocol"


def asked(draft: ProtocolVersion, row: Signature, by: User, at: datetime) -> None:
    """Somebody is asked to sign for an office."""
    _tell("asked", draft, [row.signer], at, by=by.name, office=row.office)


def sign_again(draft: ProtocolVersion, given: Iterable[Signature], by: User, at: datetime) -> None:
    """The draft was changed: those who had signed look at it again."""
    _tell("again", draft, [row.signer for row in given], at, by=by.name)


def all_signed(version: ProtocolVersion, at: datetime) -> None:
    """All three have signed; it comes into force on its date."""
    _tell("signed", version, [version.created_by], at)


def in_force(version: ProtocolVersion, at: datetime) -> None:
    """It is in force: whoever began it, and those who signed."""
    signers = [row.signer for row in version.signatures.select_related("signer")]
    _tell("in_force", version, [version.created_by, *signers], at)


def withdrawn(version: ProtocolVersion, by: User, at: datetime) -> None:
    """Nobody needs to sign it any more."""
    people = [version.created_by, *(row.signer for row in version.signatures.select_related("signer"))]
    _tell("withdrawn", version, [person for person in people if person != by], at, by=by.name)


def overtaken(running: ProtocolVersion, at: datetime) -> None:
    """What is signed and waits for its date, but was based on what no longer runs."""
    waiting = ProtocolVersion.objects.filter(stage=Stage.SIGNED).exclude(based_on=running.pk)
    for version in waiting.select_related("created_by"):
        _tell("overtaken", version, [version.created_by], at)


def _tell(what: str, version: ProtocolVersion, people: Iterable[User | None], at: datetime, **more: Any) -> None:
    told = {person.pk: person for person in people if person and person.is_active and person.email}
    messages = [_message(what, version, Recipient.of_user(person), at, **more) for person in told.values()]
    insert(messages, ignore_conflicts=True)
    if messages:
        nudge_deliver()


def _message(what: str, version: ProtocolVersion, to: Recipient, at: datetime, **more: Any) -> Notification:
    context = {
        "what": what,
        "title": version.title,
        "path": version.get_absolute_url(),
        "effective_at": version.effective_at.isoformat() if version.effective_at else None,
        **more,
        **({"language": to.language} if to.language else {}),
    }
    with translation.override(to.language or None):
        context["version"] = version.called
    return Notification(
        idem=f"{KIND}.{what}.{version.pk}.{version.edits}.{at:%y%m%d%H%M%S}.{seal(f'{what}.{to.email.lower()}')}",
        kind=KIND,
        user_id=to.user_id,
        to_name=to.name,
        to_address=to.email,
        time_zone=to.time_zone,
        context=context,
        due_at=at,
        created_at=at,
        **leaving(to, at, escalates=what == "asked"),
    )
