"""Telling the customer: that we are on it, and how it stands (Escalation Protocol, section 4, steps 2 and 4)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from contacts.models import User
from escalations import customer_mail
from escalations.actors import Actor
from escalations.enums import EventKind
from escalations.errors import Invalid

from .customer import answer, heard, required
from .turn import turn

if TYPE_CHECKING:
    from escalations.case import Case

FARTHEST_PROMISE = timedelta(days=366)
UPDATE = "status-update"


class InformVerbs:
    """Part of Ticket."""

    def acknowledge(
        self: Any,
        *,
        by: Actor | User,
        at: datetime,
        message: bool = False,
        issue: str = "",
        next_update_at: datetime | None = None,
        language: str = "",
    ) -> None:
        """The first response; stops the response clock. `message` sends the acknowledgement template, with `issue` as
        the brief description (else the subject). `next_update_at` is a promise, as in `send_update`; `language` is the
        message's, else the customer's."""
        actor = Actor.of(by)
        with turn(self, "acknowledge", at) as case:
            _must_lie_ahead(case, next_update_at)
            answer(case)
            case.record(
                EventKind.ACKNOWLEDGED, by=actor, message=message, issue=issue, next_update_at=_iso(next_update_at)
            )
            if message or next_update_at:
                heard(case, promised=next_update_at)
            if message:
                customer_mail.send(case, "acknowledgement", by=actor, language=language, issue=issue)

    def send_update(
        self: Any,
        *,
        by: Actor | User,
        at: datetime,
        summary: str = "",
        next_steps: str = "",
        expected_resolution: str = "",
        next_update_at: datetime | None = None,
        template: str = UPDATE,
        written: Mapping[str, str] | None = None,
        language: str = "",
    ) -> None:
        """A status update to the customer; starts the update clock anew.

        `next_update_at` is a promise: the next update is due then. Without it the severity's cadence holds. Another
        `template` may ask for other fields: `written` gives those by their placeholders. `language` is the
        message's, else the customer's. Raises Invalid with the field's name for a placeholder that is not known and a
        required one that is empty.
        """
        from escalations.wording import must_fit

        texts = {
            **(written or {}),
            "work_completed": summary,
            "next_steps": next_steps,
            "expected_resolution": expected_resolution,
        }
        if template == UPDATE:
            required(summary=summary, next_steps=next_steps)
        must_fit(template, texts)
        actor = Actor.of(by)
        with turn(self, "send_update", at) as case:
            _must_lie_ahead(case, next_update_at)
            more = {name: text for name, text in (written or {}).items() if text}
            case.record(
                EventKind.UPDATE_SENT,
                by=actor,
                text=summary or next(iter(more.values()), ""),
                next_steps=next_steps,
                expected_resolution=expected_resolution,
                next_update_at=_iso(next_update_at),
                template=template,
                written=more if summary else dict(list(more.items())[1:]),
            )
            heard(case, promised=next_update_at)
            customer_mail.send(case, template, by=actor, language=language, **texts)


def _must_lie_ahead(case: "Case", promised: datetime | None) -> None:
    if promised and not case.at < promised <= case.at + FARTHEST_PROMISE:
        raise Invalid(next_update_at=_("Promise a time that lies ahead, at most a year."))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
