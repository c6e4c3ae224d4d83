"""The activity of a ticket as sentences: who did what, newest first, and what the engine did."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.templatetags.ui import clock_time
from escalations.actors import ENGINE
from escalations.enums import ClockKind, EventKind, RootCause
from escalations.models import Event
from escalations.views import story_around, story_care, story_logged
from templates_app.placeholders import PLACEHOLDERS

ICONS = {
    EventKind.ACKNOWLEDGED: "circle-check",
    EventKind.ASSIGNED: "user-check",
    EventKind.SEVERITY: "signal",
    EventKind.WAITING: "pause",
    EventKind.RESUMED: "play",
    EventKind.NOTE: "lock",
    EventKind.UPDATE_SENT: "send",
    EventKind.EDITED: "pencil",
    EventKind.RESOLVED: "check-check",
    EventKind.REOPENED: "rotate-ccw",
    EventKind.CLOSED: "archive",
    EventKind.AT_RISK: "hourglass",
    EventKind.BREACH: "alarm-clock",
    EventKind.STEP: "alarm-clock",
    EventKind.REMINDER: "bell",
    EventKind.ESCALATED: "trending-up",
    EventKind.SKIPPED: "chevrons-up",
    EventKind.VACANT: "user-x",
    EventKind.UNREACHABLE: "mail-warning",
    EventKind.TAKEN: "hand",
    EventKind.HELD: "hourglass",
    EventKind.DE_ESCALATED: "trending-down",
    **story_around.ICONS,
    **story_logged.ICONS,
    **story_care.ICONS,
}
# These are said by a person to people, and stand in a bubble.
SPOKEN = (EventKind.NOTE, EventKind.UPDATE_SENT, EventKind.RESOLVED, EventKind.CUSTOMER)


EDITED = {
    "subject": gettext_lazy("Subject"),
    "description": gettext_lazy("Description"),
    "customer": gettext_lazy("Customer"),
    "tags": gettext_lazy("Tags"),
    "cc": gettext_lazy("Copies to"),
    "reporter_name": gettext_lazy("Reported by"),
    "reporter_email": gettext_lazy("Their e-mail"),
}


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Item:
    event: Event
    icon: str
    what: str
    text: str = ""
    parts: list[tuple[str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    late: bool = False

    @property
    def is_spoken(self) -> bool:
        return self.event.kind in SPOKEN and bool(self.text or self.parts)

    @property
    def is_internal(self) -> bool:
        return self.event.kind == EventKind.NOTE

    @property
    def mail(self) -> dict[str, Any]:
        """What came with the words, if a mail brought them."""
        return self.event.data.get("mail") or {}

    @property
    def by_engine(self) -> bool:
        return self.event.actor_id is None and self.event.actor_name in ("", ENGINE)


def story_of(events: Iterable[Event]) -> list[Item]:
    """One item an event; people who were told at the same moment share one."""
    moments = groupby(events, key=lambda event: event.at if event.kind == EventKind.ESCALATED else event.pk)
    return [_item_of_all(list(moment)) for _key, moment in moments]


def _item_of_all(events: list[Event]) -> Item:
    return _told_together(events) if events[0].kind == EventKind.ESCALATED else item_of(events[0])


def _told_together(events: list[Event]) -> Item:
    people = "; ".join(
        f"{event.data.get('to') or _('nobody')}, {event.data.get('title') or _rung(event.data.get('level'))}"
        for event in reversed(events)
    )
    return replace(
        item_of(events[0]),
        what=(_("told %(people)s") if events[0].actor_id else _("Told %(people)s")) % {"people": people},
    )


def item_of(event: Event) -> Item:
    late = (event.at - event.due_at).total_seconds() > 60 and event.clock_id is not None
    return Item(
        event=event,
        icon=ICONS.get(EventKind(event.kind), "circle"),
        what=_what(event),
        text=event.text,
        parts=_parts(event.data),
        changes=_changes(event.data),
        late=late,
    )


def _what(event: Event) -> str:
    data = event.data
    clock = str(ClockKind(event.clock.kind).label) if event.clock else ""
    match event.kind:
        case EventKind.ACKNOWLEDGED:
            return _("acknowledged")
        case EventKind.ASSIGNED:
            return _("gave it to %(name)s") % {"name": data.get("owner") or _("nobody")}
        case EventKind.SEVERITY if data.get("before") == data.get("severity"):
            return _("confirmed the severity, %(code)s") % {"code": data.get("severity", "")}
        case EventKind.SEVERITY:
            return _("changed the severity from %(old)s to %(new)s") % {
                "old": data.get("before", ""),
                "new": data.get("severity", ""),
            }
        case EventKind.WAITING:
            return _("is waiting for the customer")
        case EventKind.RESUMED:
            return _("resumed")
        case EventKind.NOTE:
            return _("left an internal note")
        case EventKind.UPDATE_SENT:
            return _("updated the customer")
        case EventKind.EDITED:
            return _("edited the issue")
        case EventKind.RESOLVED:
            return _("resolved it")
        case EventKind.REOPENED:
            return _("reopened it")
        case EventKind.CLOSED:
            return _("closed it")
        case EventKind.AT_RISK:
            return _("%(clock)s at risk") % {"clock": clock}
        case EventKind.BREACH:
            return _("%(clock)s overdue") % {"clock": clock}
        case EventKind.STEP:
            return _("%(clock)s still overdue") % {"clock": clock}
        case EventKind.REMINDER:
            return _("Reminder: an update is owed")
        case EventKind.SKIPPED:
            return _("%(rung)s passed over") % {"rung": _rung(data.get("level"))}
        case EventKind.VACANT:
            return _("Nobody stands on %(rung)s") % {"rung": data.get("title") or _rung(data.get("level"))}
        case EventKind.UNREACHABLE:
            return _not_reached(data)
        case EventKind.TAKEN:
            return _("has it")
        case EventKind.HELD:
            return _("gave it two hours: nobody further up is told until %(when)s") % {"when": _time(data.get("until"))}
        case EventKind.DE_ESCALATED:
            return _("took it down a level")
    told = (module.sentence(event) for module in (story_logged, story_around, story_care))
    return next(filter(None, told), str(event.get_kind_display()))


def _not_reached(data: dict[str, Any]) -> str:
    names = {"name": data.get("to") or _rung(data.get("level")), "why": data.get("reason") or ""}
    match data.get("how"):
        case "wrong_person":
            return _("is the wrong person for this")
        case "unproved":
            return _("%(name)s does not seem to have it: %(why)s") % names
    return (_("%(name)s could not be reached: %(why)s") if names["why"] else _("%(name)s could not be reached")) % names


def _time(text: Any) -> str:
    return clock_time(datetime.fromisoformat(str(text))) if text else ""


def _rung(level: Any) -> str:
    return _("Level %(level)s") % {"level": level} if str(level).isdigit() else str(level or "")


def _parts(data: dict[str, Any]) -> list[tuple[str, str]]:
    """The parts of a longer message, under their names."""
    names = {
        "next_steps": _("Next steps"),
        "expected_resolution": _("Expected resolution"),
        "root_cause": _("Root cause"),
        "cause": _("Kind of cause"),
        "solution": _("What was done"),
        "prevention": _("So that it does not come back"),
    }
    data = data | ({"cause": RootCause(data["cause"]).label} if data.get("cause") in RootCause.values else {})
    parts = [(label, str(data[name])) for name, label in names.items() if data.get(name)]
    parts += [(str(PLACEHOLDERS.get(name, name)), str(text)) for name, text in (data.get("written") or {}).items()]
    if promised := data.get("next_update_at"):
        parts.append((_("Next update promised by"), clock_time(datetime.fromisoformat(promised))))
    return parts


def _changes(data: dict[str, Any]) -> list[Change]:
    """What an edit changed, from and to."""
    changes = data.get("changes") or {}
    return [Change(str(EDITED.get(name, name)), _plain(old), _plain(new)) for name, (old, new) in changes.items()]


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
