"""What the frame around every page needs to know: where one can go, what waits there, whether the engine lives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from config.keys import FOR_SCRIPT
from contacts import branding
from contacts.preferences.look import THEMES

AMBER, RED = timedelta(seconds=30), timedelta(seconds=60)
LISTS = ("/", "/tickets/")  # what stands below them in the address is no part of them


@dataclass(frozen=True)
class Link:
    path: str
    label: Any
    icon: str
    count: str = ""  # names a property of Shell
    roles: tuple[str, ...] = ()  # empty: everybody
    short: Any = ""  # for the tabs of a phone


SECTIONS = [
    (
        "",
        [
            Link("/", _("My queue"), "inbox", "mine", short=_("Queue")),
            Link("/escalated/", _("Escalated to me"), "siren", "escalated", short=_("Escalated")),
            Link("/inbox/", _("Inbox"), "bell", "unread"),
            Link("/tickets/", _("All escalations"), "list", "open", short=_("All")),
            Link("/tickets/?status=open&watching=on", _("Watching"), "eye", "watching"),
            Link("/customers/", _("Customers"), "building-2"),
            Link("/dashboard/", _("Dashboard"), "chart-column"),
        ],
    ),
    (
        _("Playbook"),
        [
            Link("/protocol/", _("Protocol"), "book-open"),
            Link("/contacts/", _("Contact matrix"), "contact"),
            Link("/templates/", _("Templates"), "mail"),
        ],
    ),
    (
        _("Desk"),
        [
            Link("/actions/", _("Actions"), "list-checks"),
            Link("/aftercare/", _("Aftercare"), "heart-pulse"),
            Link("/absences/", _("Absences"), "calendar-off"),
            Link("/inbound/", _("Inbound mail"), "mailbox", "inbound", roles=("csm", "manager", "admin", "auditor")),
            Link("/outbox/", _("Outbox"), "send"),
            Link("/settings/", _("Settings"), "settings"),
        ],
    ),
]

# Beside every page under /settings/. What is no page (yet) is left out.
SETTINGS = [
    (
        _("You"),
        [
            Link("/settings/", _("About you"), "user"),
            Link("/settings/#about-channels", _("Channels and tests"), "send"),
            Link("/settings/security/", _("Signing in"), "key-round"),
            Link("/settings/tokens/", _("Tokens"), "square-terminal"),
        ],
    ),
    (
        _("Desk"),
        [
            Link("/settings/people/", _("People"), "users", roles=("admin",)),
            Link("/settings/teams/", _("Teams"), "network", roles=("admin",)),
            Link("/settings/services/", _("Service accounts"), "bot", roles=("admin",)),
            Link("/settings/severities/", _("Severities"), "gauge", roles=("admin",)),
            Link("/settings/calendars/", _("Working hours"), "calendar-clock", roles=("admin",)),
            Link("/settings/webhooks/", _("Webhooks"), "webhook", roles=("admin",)),
            Link("/settings/imports/", _("Imports"), "import", roles=("admin", "manager")),
            Link("/settings/confidential/", _("Confidential issues"), "lock", roles=("admin",)),
            Link("/settings/privacy/", _("Privacy"), "eye-off", roles=("admin",)),
            Link("/settings/desk/", _("Name and access"), "sliders-horizontal", roles=("admin",)),
            Link("/settings/changes/", _("What was changed"), "history", roles=("admin", "auditor")),
            Link("/admin/", _("Everything else"), "shield", roles=("admin",)),
        ],
    ),
]

FILTERED = {link.path for _title, links in SECTIONS for link in links if "?" in link.path}


def shell(request: HttpRequest) -> dict[str, Any]:
    return {
        "shell": Shell(request),
        # A page that is asked for as a sheet comes without its frame.
        "frame": "bare.html" if request.headers.get("Sheet") else "base.html",
        "theme": theme_of(request),
        "organisation": SimpleLazyObject(lambda: _called(request) or settings.ORGANISATION),
        "brand": SimpleLazyObject(lambda: _called(request) or branding.PRODUCT),
        "demo": settings.DEMO,
        "single_sign_on": settings.OIDC.get("name", ""),
        "passkeys": SimpleLazyObject(lambda: passkeys_work_at(request)),
    }


def _called(request: HttpRequest) -> str:
    """As administrators named the desk, read with the person; empty if they did not. Error pages live without."""
    found = getattr(getattr(request, "user", None), "desk_brand", "")
    if found is not None and found != "":
        return str(found)
    try:
        return "" if getattr(request, "user", None) and request.user.is_authenticated else branding.brand()
    except DatabaseError:
        return ""


def passkeys_work_at(request: HttpRequest) -> bool:
    """Browsers bind a passkey to a name: none for an address in numbers or without https, but for localhost."""
    name = request.get_host().partition(":")[0].lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return bool(re.match("[^[]*[a-z]", name)) and (settings.HTTPS or request.is_secure())


def theme_of(request: HttpRequest) -> str:
    """What the person chose, on whichever device; for somebody who is not signed in, what this browser remembers."""
    user = getattr(request, "user", None)
    theme = user.theme if user and user.is_authenticated else request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


@cache
def _is_page(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


class Shell:
    """Lazy: a page without the frame, or a fragment of one, pays for nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def at(self) -> datetime:
        return timezone.now()

    @property
    def server_time(self) -> int:
        """Milliseconds, for the clocks in the browser."""
        return int(self.at.timestamp() * 1000)

    @property
    def keys(self) -> list[list[str]]:
        return FOR_SCRIPT

    @cached_property
    def sections(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        return [
            (title, [self._entry(link) for link in links if self._leads_somewhere(link)]) for title, links in SECTIONS
        ]

    @cached_property
    def settings(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """The pages under /settings/ that this person may open, in groups; a group of none is left out."""
        groups = [(title, [link for link in links if self._leads_somewhere(link)]) for title, links in SETTINGS]
        return [(title, [self._setting(link) for link in links]) for title, links in groups if links]

    def _setting(self, link: Link) -> dict[str, Any]:
        here = self.request.path
        if here.startswith("/accounts/"):  # where that page leads
            here = "/settings/security/"
        current = here == link.path if link.path == "/settings/" else here.startswith(link.path)
        return {"path": link.path, "label": link.label, "icon": link.icon, "current": current}

    @cached_property
    def saved_views(self) -> list[Any]:
        """Lists that this person kept, or somebody shared."""
        from escalations.saved_views import entries

        return entries(self.facts["views"], self.request.path, self.request.GET)

    @property
    def tabs(self) -> dict[str, list[dict[str, Any]]]:
        """At the bottom of a phone: two pages, the button for a new issue, one more; the rest is behind "You"."""
        executive = getattr(self.request.user, "role", "") == "executive"
        before, after = (
            (("/escalated/", "/inbox/"), ("/dashboard/",)) if executive else (("/", "/tickets/"), ("/customers/",))
        )
        return {"before": self._tabs(before), "after": self._tabs(after) or self._tabs(("/outbox/",))}

    def _tabs(self, paths: tuple[str, ...]) -> list[dict[str, Any]]:
        links = {link.path: link for _title, section in SECTIONS for link in section}
        wanted = [links[path] for path in paths if self._leads_somewhere(links[path])]
        return [
            {
                "path": link.path,
                "label": link.short or link.label,
                "icon": link.icon,
                "current": self._is_here(link.path),
            }
            for link in wanted
        ]

    def _leads_somewhere(self, link: Link) -> bool:
        user: Any = self.request.user
        role = "admin" if getattr(user, "may_configure", False) else getattr(user, "role", "")
        if link.roles and role not in link.roles:
            return False
        return _is_page(link.path.partition("?")[0].partition("#")[0])

    def _entry(self, link: Link) -> dict[str, Any]:
        count, late = self._count(link.count)
        return {
            "path": link.path,
            "label": link.label,
            "icon": link.icon,
            "count": count,
            "late": late,
            "current": self._is_here(link.path),
        }

    def _is_here(self, path: str) -> bool:
        here, asked = self.request.path, self.request.get_full_path()
        if "?" in path:
            return asked == path
        # A filtered list that has an entry of its own is marked there.
        return here == path and asked not in FILTERED if path in LISTS else here.startswith(path)

    def _count(self, name: str) -> tuple[int | None, bool]:
        if name == "mine":
            late = self.facts["late"]
            return (late, True) if late else (self.facts["mine"], False)
        return self.facts.get(name), False

    @cached_property
    def facts(self) -> dict[str, Any]:
        """All that the frame asks the database, in one query."""
        from escalations.views.counts import for_shell

        return for_shell(self.request.user, at=self.at)

    @cached_property
    def engine(self) -> dict[str, Any] | None:
        """A warning when the sweep has not run lately; None while all is well."""
        last = self.facts["swept_at"]
        age = self.at - last if last else None
        if age is not None and age <= AMBER:
            return None
        return {"age": age, "late": age is None or age > RED}
