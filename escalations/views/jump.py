"""What the palette finds while somebody types: issues and customers, as options of its list."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.models import Customer
from escalations.access import tickets_for
from escalations.models.ticket import primary_key_of
from escalations.search import matching

ISSUES, CUSTOMERS = 6, 4
LONGEST = 200  # characters; more is cut off


@login_required
@require_safe
def jump(request: HttpRequest) -> HttpResponse:
    """At most ten: the newest issues that fit, then customers by name."""
    q = request.GET.get("q", "").strip()[:LONGEST]
    issues = _issues(request.user, q) if q else []
    return render(request, "escalations/_jump.html", {"issues": issues, "customers": _customers(q) if q else []})


def _issues(user: Any, q: str) -> list[Any]:
    tickets = tickets_for(user).select_related("customer")
    if key := primary_key_of(q):
        return list(tickets.filter(pk=key))
    return list(matching(tickets, q).order_by("-pk")[:ISSUES])


def _customers(q: str) -> list[Customer]:
    found = Customer.objects.filter(Q(name__icontains=q) | Q(slug__icontains=q))
    return list(found.order_by("name").only("name", "slug", "tier")[:CUSTOMERS])
