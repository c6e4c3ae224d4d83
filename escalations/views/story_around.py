"""Sentences about the people around an issue, the issues around it, and what the customer did on their own page."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.templatetags.ui import clock_time
from escalations.enums import Confidential, EventKind
from escalations.models import Event
from escalations.models.relation import LinkKind

ICONS = {
    EventKind.TEAM: "users",
    EventKind.CALL: "phone-call",
    EventKind.LINKED: "link",
    EventKind.MERGED: "merge",
    EventKind.CUSTOMER: "message-circle",
    EventKind.ACCESS: "eye",
}


def sentence(event: Event) -> str:
    """What the actor did; empty for an event of another kind."""
    tell = {
        EventKind.TEAM: _team,
        EventKind.CALL: _call,
        EventKind.LINKED: _linked,
        EventKind.MERGED: _merged,
        EventKind.CUSTOMER: _customer,
        EventKind.ACCESS: _access,
    }.get(EventKind(event.kind))
    return tell(event.data) if tell else ""


def _team(data: dict[str, Any]) -> str:
    if left := data.get("left"):
        return _("took %(name)s off the response team") % {"name": left["name"]}
    people = ", ".join(f"{each['name']} ({each['role']})" for each in data.get("joined", []))
    return _("put %(people)s on the response team") % {"people": people}


def _call(data: dict[str, Any]) -> str:
    starts_at = data.get("starts_at")
    names = {
        "title": data.get("title", ""),
        "when": clock_time(datetime.fromisoformat(starts_at)) if starts_at else "",
    }
    match data.get("what"):
        case "moved":
            return _("moved the call “%(title)s” to %(when)s") % names
        case "changed":
            return _("changed the call “%(title)s” at %(when)s") % names
        case "cancelled":
            return _("called off “%(title)s” at %(when)s") % names
    return _("set up the call “%(title)s” for %(when)s") % names


def _linked(data: dict[str, Any]) -> str:
    other, how = data.get("other", ""), data.get("how", "")
    if data.get("gone"):
        return _("took away the link to %(other)s") % {"other": other}
    if data.get("backwards"):
        return _("linked %(other)s to it: %(how)s") % {"other": other, "how": _how(how)}
    return _("linked it: %(how)s %(other)s") % {"other": other, "how": _how(how)}


def _how(kind: str) -> str:
    """Within a sentence: the label in small letters would spoil the nouns of other languages."""
    words = {
        LinkKind.RELATED: pgettext("within a sentence", "related to"),
        LinkKind.DUPLICATE: pgettext("within a sentence", "duplicate of"),
        LinkKind.RELAPSE: pgettext("within a sentence", "relapse of"),
    }
    return words[LinkKind(kind)] if kind in LinkKind.values else ""


def _merged(data: dict[str, Any]) -> str:
    if into := data.get("into"):
        return _("merged it into %(number)s") % {"number": into}
    return _("merged %(number)s into it") % {"number": data.get("duplicate", "")}


def _customer(data: dict[str, Any]) -> str:
    if data.get("what") == "confirmed":
        return _("confirmed that it works again")
    if data.get("what") == "reply":
        return _("replied by mail")
    return _("says that it still does not work")


def _access(data: dict[str, Any]) -> str:
    people = ", ".join(each["name"] for each in data.get("people", []))
    why = data.get("why", "")
    names = {"people": people, "why": Confidential(why).label if why in Confidential.values else ""}
    match data.get("what"):
        case "closed" if people:
            return _("made it confidential (%(why)s), to be seen by %(people)s") % names
        case "closed":
            return _("made it confidential (%(why)s)") % names
        case "opened":
            return _("made it an issue like any other again")
        case "told":
            return _("let %(people)s see it, who were told of it") % names
        case "let_self":
            return _("put themselves on the list of those who may see it")
        case "unlet":
            return _("does not let %(people)s see it any more") % names
    return _("lets %(people)s see it") % names
