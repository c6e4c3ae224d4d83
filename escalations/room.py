"""The desk's Slack room hears once of each grave issue that is opened, escalated, taken or resolved."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from escalations.confidential import hushed
from escalations.enums import EventKind
from escalations.models.event import Event
from escalations.site_language import in_site_language
from templates_app.models import Notification

if TYPE_CHECKING:
    from escalations.case import Case

GRAVE = ("P1", "P2")
# What the message is about, if much happens at one moment: an end before a beginning.
NEWS = (EventKind.RESOLVED, EventKind.TAKEN, EventKind.OPENED, EventKind.ESCALATED)
ADDRESS = "slack"  # stands where others have a mailbox


def messages(cases: Sequence["Case"], at: datetime) -> list[Notification]:
    """One for each of `cases` that has such news at this moment; none where there is no room."""
    if not settings.SLACK_WEBHOOK_URL:
        return []
    news = ((case, _news(case)) for case in cases if case.ticket.severity_id in GRAVE)
    return [_message(case, event, at) for case, event in news if event]


def _news(case: "Case") -> Event | None:
    told = [event for event in case.news if event.kind in NEWS]
    return min(told, key=lambda event: NEWS.index(EventKind(event.kind)), default=None)


@in_site_language
def _message(case: "Case", event: Event, at: datetime) -> Notification:
    from escalations.messages import common  # it is what calls this

    context = common(case, reverse("ticket", args=[case.ticket.number])) | _own(event)
    return Notification(
        idem=f"{event.uid.hex}.room",
        kind="room",
        about=case.ticket.number,
        level=_level(case),
        channel="slack",
        to_name=_("The desk’s Slack room"),
        to_address=ADDRESS,
        urgent=case.ticket.severity.is_urgent,
        context=hushed(context) if case.ticket.confidential else context,
        due_at=at,
        created_at=at,
        next_try_at=at,
    )


def _own(event: Event) -> dict[str, Any]:
    return {"what": str(event.kind), "by": event.actor_name if event.actor_id else "", "reason": event.text}


def _level(case: "Case") -> str:
    """The highest of the rungs that are told at this moment."""
    levels = [str(e.data.get("level") or "") for e in case.news if e.kind == EventKind.ESCALATED]
    return max((level for level in levels if level.isdigit()), default="")
