"""Every keyboard shortcut, once: keys.js acts on this list and the help is made of it, so they cannot disagree."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe


@dataclass(frozen=True)
class Key:
    """`keys` as typed, one after the other. `does` is what keys.js knows how to do, with `what`:

    "go" an address, and only where the page links to it; "verb" a verb of the ticket: opens its form, never sends it;
    "walk" down (1) or up (-1) a list; "search" and "help"; "" is done elsewhere and only listed here.
    """

    keys: str
    label: Any
    does: str = ""
    what: str = ""

    @property
    def strokes(self) -> list[str]:
        return self.keys.split()


GROUPS: list[tuple[Any, list[Key]]] = [
    (
        _("Everywhere"),
        [
            Key("Ctrl K", _("Jump to a page, an issue or a customer, or do something")),
            Key("/", _("Search or filter"), "search"),
            Key("n", _("New issue"), "go", "/tickets/new/"),
            Key("?", _("These shortcuts"), "help", "/keys/"),
            Key("Esc", _("Close what is open")),
        ],
    ),
    (
        _("Go to"),
        [
            Key("g q", _("My queue"), "go", "/"),
            Key("g e", _("Escalated to me"), "go", "/escalated/"),
            Key("g n", _("Inbox"), "go", "/inbox/"),
            Key("g a", _("All escalations"), "go", "/tickets/"),
            Key("g w", _("Watching"), "go", "/tickets/?status=open&watching=on"),
            Key("g u", _("Customers"), "go", "/customers/"),
            Key("g i", _("Actions"), "go", "/actions/"),
            Key("g f", _("Aftercare"), "go", "/aftercare/"),
            Key("g d", _("Dashboard"), "go", "/dashboard/"),
            Key("g p", _("Protocol"), "go", "/protocol/"),
            Key("g c", _("Contact matrix"), "go", "/contacts/"),
            Key("g t", _("Templates"), "go", "/templates/"),
            Key("g o", _("Outbox"), "go", "/outbox/"),
            Key("g s", _("Settings"), "go", "/settings/"),
        ],
    ),
    (
        _("In a list"),
        [
            Key("j", _("Next issue"), "walk", "1"),
            Key("k", _("Previous issue"), "walk", "-1"),
            Key("Enter", _("Open it")),
            Key("x", _("Select it")),
        ],
    ),
    (
        _("On an issue"),
        [
            Key("a", _("Acknowledge"), "verb", "acknowledge"),
            Key("t", _("I have it"), "verb", "take"),
            Key("u", _("Customer update"), "verb", "send_update"),
            Key("m", _("Internal note"), "verb", "note"),
            Key("e", _("Escalate"), "verb", "escalate"),
            Key("i", _("Assign"), "verb", "assign"),
            Key("s", _("Change severity"), "verb", "change_severity"),
            Key("w", _("Wait for customer, or resume"), "verb", "wait resume"),
            Key("r", _("Resolve, or reopen"), "verb", "resolve reopen"),
        ],
    ),
]

# What keys.js reads: the shortcuts that it does itself.
FOR_SCRIPT = [[key.keys, key.does, key.what] for _title, keys in GROUPS for key in keys if key.does]


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    groups = [(title, [key for key in keys if _leads_somewhere(key)]) for title, keys in GROUPS]
    return render(request, "keys.html", {"groups": groups})


def _leads_somewhere(key: Key) -> bool:
    try:
        return key.does != "go" or bool(resolve(key.what.partition("?")[0]))
    except Resolver404:
        return False
