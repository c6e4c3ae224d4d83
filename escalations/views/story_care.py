"""Sentences of the activity about what follows a fix: checklist, post-mortem, action items, check-ins."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from config.templatetags.figures import day
from contacts.models.customers import Health
from escalations.enums import EventKind
from escalations.models import Event

ICONS = {
    EventKind.CHECKED: "list-checks",
    EventKind.REVIEWED: "file-text",
    EventKind.ACTION: "square-check",
    EventKind.CHECK_IN: "heart-pulse",
}


def sentence(event: Event) -> str:
    """Empty for events of other kinds."""
    data = event.data
    match event.kind:
        case EventKind.CHECKED:
            return _checked(data)
        case EventKind.REVIEWED:
            return {
                "started": _("began the post-mortem"),
                "published": _("published the post-mortem"),
                "reopened": _("opened the post-mortem again"),
            }.get(data.get("what", ""), _("worked on the post-mortem"))
        case EventKind.ACTION:
            return _action(data)
        case EventKind.CHECK_IN:
            return _check_in(data)
    return ""


def _checked(data: dict[str, Any]) -> str:
    names = {"line": data.get("action", "")}
    if data.get("undone"):
        return _("opened “%(line)s” on the checklist again") % names
    return (_("ticked “%(line)s”") if data.get("needed") else _("said that “%(line)s” is not needed here")) % names


def _action(data: dict[str, Any]) -> str:
    due = data.get("due_on")
    names = {
        "action": data.get("action", ""),
        "owner": data.get("owner", ""),
        "due": day(date.fromisoformat(due)) if due else "",
    }
    match data.get("what"):
        case "added":
            return _("gave %(owner)s something to do by %(due)s: “%(action)s”") % names
        case "changed":
            return _("changed the action item “%(action)s”: %(owner)s, by %(due)s") % names
        case "done":
            return _("did “%(action)s”") % names
    return _("dropped “%(action)s”") % names


def _check_in(data: dict[str, Any]) -> str:
    if "relapse_of" in data:
        return _("logged this as a relapse of %(number)s") % {"number": data["relapse_of"]}
    health = dict(Health.choices).get(data.get("health", ""), "")
    names = {"day": data.get("day", ""), "health": str(health).lower(), "number": data.get("relapse", "")}
    if data.get("relapse"):
        return _("checked in with the customer on day %(day)s: red. It has come back as %(number)s") % names
    return _("checked in with the customer on day %(day)s: %(health)s") % names
