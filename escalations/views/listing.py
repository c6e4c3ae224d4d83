"""The two lists of tickets, as their addresses name them: the queue (with a tab), and all escalations."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from escalations.access import tickets_for
from escalations.filters import ListFilters, QueueFilters
from escalations.models.ticket import TicketQuerySet
from escalations.views import counts


def is_queue(params: QueryDict) -> bool:
    return params.get("tab") in counts.TABS


def found(user: Any, params: QueryDict, at: datetime) -> TicketQuerySet:
    """All tickets of the list that `params` describe, in the list's order."""
    if is_queue(params):
        return by_due(QueueFilters(params, user).apply(counts.tab(user, str(params["tab"])), at))
    return ListFilters(params, user).apply(tickets_for(user), at)


def by_due(tickets: TicketQuerySet) -> TicketQuerySet:
    return tickets.order_by(F("next_due_at").asc(nulls_last=True), "pk")


def address(params: QueryDict) -> str:
    """Where the list that `params` describe is shown; never anywhere else."""
    filters = QueueFilters if is_queue(params) else ListFilters
    return f"{filters.path}?{filters.tidy(params)}".removesuffix("?")


def tidied(request: HttpRequest, filters: type[QueueFilters]) -> HttpResponse | None:
    """To the same list without the empty fields that a form sends along; None if there are none."""
    if not filters.is_untidy(request.GET) or request.headers.get("Fragment"):
        return None
    return redirect(f"{filters.path}?{filters.tidy(request.GET)}".removesuffix("?"))
