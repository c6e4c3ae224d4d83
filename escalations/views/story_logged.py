"""Sentences about how an issue was logged, and about its files."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.enums import EventKind
from escalations.models import Event

ICONS = {
    EventKind.OPENED: "plus",
    EventKind.ATTACHED: "paperclip",
    EventKind.IMPORTED: "upload",
    EventKind.ERASED: "shield",
}


def sentence(event: Event) -> str:
    """What the actor did; empty for an event of another kind."""
    match event.kind:
        case EventKind.OPENED:
            return _logged(event.data)
        case EventKind.ATTACHED:
            return _attached(event.data)
        case EventKind.IMPORTED:
            return _("brought the issue over from %(source)s, where it is %(id)s") % {
                "source": event.data.get("source", ""),
                "id": event.data.get("id", ""),
            }
        case EventKind.ERASED:
            n = len(event.data.get("erased", {}))
            return ngettext("erased personal data, in %(n)s event", "erased personal data, in %(n)s events", n) % {
                "n": n
            }
    return ""


def _logged(data: dict[str, Any]) -> str:
    """Where somebody decided otherwise than the questions did, both are said."""
    triage = data.get("triage") or {}
    chosen, suggested = triage.get("chosen"), triage.get("suggested")
    if chosen and suggested and chosen != suggested:
        return _("logged the issue as %(chosen)s; the questions suggested %(suggested)s") % triage
    return _("logged the issue as %(code)s") % {"code": chosen} if chosen else _("logged the issue")


def _attached(data: dict[str, Any]) -> str:
    if removed := data.get("removed"):
        return _("removed the file %(name)s") % {"name": removed.get("name", "")}
    names = [str(file.get("name", "")) for file in data.get("files", [])]
    if len(names) > 3:
        return ngettext("added %(n)s file", "added %(n)s files", len(names)) % {"n": len(names)}
    return _("added %(names)s") % {"names": ", ".join(names)}
