"""What all pages of one ticket share: the ticket itself, its tabs, and what may be done to it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from escalations.access import ticket_or_404, tickets_for
from escalations.enums import TRANSITIONS
from escalations.forms import VERB_FORMS, VerbForm
from escalations.models import Ticket

# (name, label, name of the url)
TABS = [
    ("overview", _("Overview"), "ticket"),
    ("team", _("Team"), "ticket-team"),
    ("related", _("Related"), "ticket-related"),
    ("history", _("History"), "ticket-history"),
    ("review", _("Review"), "ticket-review"),
]
COUNTS = {"team": "team_size", "related": "related_count"}  # tab: annotation of `for_page`


@dataclass
class TicketFrame:
    """A ticket as one person sees it at one moment. Raises Http404 through `of` for a number that is not there."""

    ticket: Ticket
    user: Any
    at: datetime
    more: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest, number: str) -> "TicketFrame":
        ticket = ticket_or_404(request.user, number, tickets_for(request.user).for_page(request.user))
        return cls(ticket, request.user, timezone.now())

    @property
    def allowed(self) -> list[str]:
        """What the page offers. The verb itself decides again."""
        if not self.user.may_work:
            return []
        return [verb for verb, form in VERB_FORMS.items() if self._offers(verb, form)]

    def _offers(self, verb: str, form: type[VerbForm]) -> bool:
        if self.ticket.merged_into_id and verb != "reopen":
            return False
        return self.ticket.status in TRANSITIONS[verb] and form.is_offered(self.ticket, self.user)

    def form(self, verb: str, data: Any = None, **options: Any) -> VerbForm:
        return VERB_FORMS[verb](data, ticket=self.ticket, user=self.user, **options)

    def checklist(self) -> Any:
        """The checklist's card, for the pages that show it."""
        from escalations.views.checklist import card_of  # its pages have this frame

        return card_of(self)

    def context(self, tab: str = "", **more: Any) -> dict[str, Any]:
        """For a template that extends `escalations/ticket_base.html`."""
        allowed = self.allowed
        return {
            "ticket": self.ticket,
            "at": self.at,
            "allowed": allowed,
            "checklist": SimpleLazyObject(self.checklist),
            "offers": [VERB_FORMS[verb] for verb in allowed],
            "tabs": [
                {
                    "label": label,
                    "path": reverse(url, args=[self.ticket.number]),
                    "current": name == tab,
                    "count": getattr(self.ticket, COUNTS.get(name, ""), 0),
                }
                for name, label, url in TABS
            ],
            **more,
        }
