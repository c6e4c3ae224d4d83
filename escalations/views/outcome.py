"""What came of trying to do what somebody sent, in the words of their own page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from escalations.access import tickets_for
from escalations.errors import Invalid, NotAllowed
from escalations.forms import VerbForm
from escalations.models import Ticket


def back_to(request: HttpRequest, ticket: Ticket, page: str = "ticket") -> HttpResponse:
    """To a page of the issue; to the queue for whoever does not see it any more by what they did themself."""
    if tickets_for(request.user).filter(pk=ticket.pk).exists():
        return redirect(page, ticket.number)
    messages.info(request, _("%(number)s is with others now: you do not see it any more.") % {"number": ticket.number})
    return redirect("queue")


@dataclass(frozen=True)
class Outcome:
    """`value` is what the verb returned; `refusal` why it was not done; wrong fields are on the form."""

    status: int = 200
    value: Any = None
    refusal: str = ""

    @property
    def is_done(self) -> bool:
        return self.status == 200


def tried(form: VerbForm, do: Callable[..., Any]) -> Outcome:
    """Clean the form and call `do` with what it holds."""
    if not form.is_valid():
        return Outcome(400)
    try:
        return Outcome(value=do(**form.cleaned_data))
    except NotAllowed as refused:
        return Outcome(409, refusal=refused.message)
    except Invalid as invalid:
        form.refuse(invalid.fields)
        return Outcome(400)
