"""Whoever watches an issue hears of what matters in it. People who are told anyway get one mail: `compose` folds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from contacts.matrix import Recipient
from escalations.enums import EventKind
from escalations.models.event import Event
from escalations.models.following import Watch

if TYPE_CHECKING:
    from escalations.case import Case

# The gravest first: the mail is about that one.
NEWS = (
    EventKind.MERGED,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.ESCALATED,
    EventKind.SEVERITY,
    EventKind.BREACH,
    EventKind.UPDATE_SENT,
)


def tell_watchers(cases: Sequence["Case"]) -> None:
    """Adds one telling for each watcher of the `cases` that have such news. One query, or none at all."""
    news = {case.ticket.pk: (case, told) for case in cases if (told := [e for e in case.news if e.kind in NEWS])}
    if not news:
        return
    watches = Watch.objects.filter(ticket__in=list(news), user__is_active=True).exclude(user__email="")
    for watch in watches.select_related("user").order_by("pk"):
        case, told = news[watch.ticket_id]
        _tell(case, watch, told)


def _tell(case: "Case", watch: Watch, told: Sequence[Event]) -> None:
    if any(event.actor_id == watch.user_id for event in told):
        return  # they did it
    main = min(told, key=lambda event: NEWS.index(EventKind(event.kind)))
    case.tell(Recipient.of_user(watch.user), "watching", by=main.actor_name if main.actor_id else "", reason=main.text)
