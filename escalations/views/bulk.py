"""One verb for many tickets: what is about to happen to which, then each through the ordinary verb."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from contacts.once import not_one_transaction
from escalations.access import must_work, tickets_for
from escalations.enums import TRANSITIONS
from escalations.errors import Invalid, NotAllowed
from escalations.forms import VerbForm
from escalations.forms.bulk import BULK_FORMS, button
from escalations.models import Ticket
from escalations.verbs.turn import refusal
from escalations.views import listing
from escalations.views.picked import MOST, picked_keys


@dataclass
class Outcome:
    """Which tickets the verb was done to, and which refused it, each with the reason."""

    done: list[Ticket] = field(default_factory=list)
    refused: list[tuple[Ticket, str]] = field(default_factory=list)


@not_one_transaction
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """GET with `verb` and the ticked tickets shows the form; POST does it to those that allow it."""
    must_work(request.user)
    given = request.POST if request.method == "POST" else request.GET
    verb = given.get("verb", "")
    if request.method != "POST" and not verb:
        return redirect(_back(given))  # the page that said what was done, loaded again
    if verb not in BULK_FORMS:
        raise Http404
    tickets = _tickets(request.user, given)
    form = BULK_FORMS[verb](request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid() or not 0 < len(tickets) <= MOST:
        return _form(request, form, tickets, given)
    outcome = _do(tickets, form, by=request.user, at=timezone.now())
    if outcome.refused:
        context = {"form": form, "outcome": outcome, "back": _back(given)}
        return render(request, "escalations/bulk_done.html", context, status=200 if outcome.done else 409)
    messages.success(request, _done(len(outcome.done)))
    return redirect(_back(given))


def _tickets(user: Any, given: QueryDict) -> list[Ticket]:
    keys = picked_keys(given)
    found = tickets_for(user).select_related("customer", "owner", "team").in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _form(request: HttpRequest, form: VerbForm, tickets: list[Ticket], given: QueryDict) -> HttpResponse:
    shown = tickets[:MOST]
    context = {
        "form": form,
        "tickets": [(ticket, _hindrance(form.verb, ticket)) for ticket in shown],
        "too_many": len(tickets) > MOST,
        "most": MOST,
        "button": button(form, len(shown)),
        "back": _back(given),
        "list": given.get("list", ""),
    }
    return render(request, "escalations/bulk.html", context, status=400 if form.is_bound else 200)


def _back(given: QueryDict) -> str:
    """The list that the tickets were ticked in: `list` is its query string."""
    return listing.address(QueryDict(given.get("list", "")[:4000]))


def _hindrance(verb: str, ticket: Ticket) -> str:
    """Why the verb will be refused, as far as the state tells."""
    return "" if ticket.status in TRANSITIONS[verb] else refusal(verb, ticket.status)


def _do(tickets: list[Ticket], form: VerbForm, *, by: Any, at: datetime) -> Outcome:
    """Each ticket by itself: what one refuses does not undo the others."""
    outcome = Outcome()
    # In one order, so that two people who do this at once wait for each other and never both.
    for ticket in sorted(tickets, key=lambda ticket: ticket.pk):
        try:
            getattr(ticket, form.verb)(by=by, at=at, **form.arguments(at))
        except NotAllowed as refused:
            outcome.refused.append((ticket, refused.message))
        except Invalid as invalid:
            outcome.refused.append((ticket, " ".join(invalid.fields.values())))
        else:
            outcome.done.append(ticket)
    return outcome


def _done(count: int) -> str:
    return ngettext("%(n)s issue changed.", "%(n)s issues changed.", count) % {"n": count}
