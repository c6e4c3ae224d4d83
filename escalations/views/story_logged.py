"""Sentences about how an issue was logged, and about its files."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.enums import EventKind
from escalations.models import Event

ICONS = {EventKind.OPENED: "plus", EventKind.ATTACHED: "paperclip"}


def sentence(event: Event) -> str:
    """What the actor did; empty for an event of another kind."""
    match event.kind:
        case EventKind.OPENED:
            return _logged(event.data)
        case EventKind.ATTACHED:
            return _attached(event.data)
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
