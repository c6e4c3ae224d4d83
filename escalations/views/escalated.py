"""What waits for an executive: in the app, and behind the signed link of a mail."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.models import User
from escalations.actors import Actor
from escalations.errors import NotAllowed
from escalations.links import LinkProblem, read_take_token
from escalations.models import Escalation
from escalations.models.ticket import Ticket, TicketQuerySet
from escalations.views.counts import waiting_for
from escalations.views.faces import faces_of
from escalations.views.rows import rows_of

MOST = 30


@login_required
@require_safe
def escalated(request: HttpRequest) -> HttpResponse:
    """Everything this person was told about that nobody has taken; then what they have."""
    at = timezone.now()
    waiting = waiting_for(request.user).order_by("-at").values_list("ticket_id", flat=True)[: MOST * 3]
    keys = list(dict.fromkeys(waiting))[:MOST]
    tickets: TicketQuerySet = Ticket.objects.for_list().open_ones()
    told = sorted(tickets.filter(pk__in=keys, taken_at=None), key=lambda ticket: keys.index(ticket.pk))
    mine = tickets.filter(taken_by=request.user).order_by("next_due_at")[:MOST]
    context = {"at": at, "told": rows_of(told, at), "mine": rows_of(mine, at)}
    return render(request, "escalations/escalated.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a mail's link. GET only shows, so that a mail scanner takes nothing; POST acts, once or twice
    with the same effect."""
    try:
        escalation, email = read_take_token(token)
    except LinkProblem as problem:
        return render(request, "escalations/take_problem.html", {"problem": problem.message}, status=410)
    person = _person(escalation, email)
    if person is None:
        problem_text = _("This link was made for somebody who is not on this escalation.")
        return render(request, "escalations/take_problem.html", {"problem": problem_text}, status=410)
    if request.method == "POST":
        return _take(request, token, escalation, person, email)
    return _brief(request, token, escalation, person)


def _person(escalation: Escalation, email: str) -> dict[str, Any] | None:
    return next((p for p in escalation.contacts if p.get("email", "").lower() == email.lower()), None)


def _take(request: HttpRequest, token: str, escalation: Escalation, person: dict[str, Any], email: str) -> HttpResponse:
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    actor = Actor.of(user) if user else Actor.outsider(person["name"])
    if escalation.taken_by_name != actor.name:
        try:
            escalation.ticket.take(by=actor, at=timezone.now())
        except NotAllowed as refusal:
            return _brief(request, token, escalation, person, refusal=refusal.message, status=409)
    messages.success(request, _("You have it. Everybody on the ladder can see that."))
    return redirect("take", token)


def _brief(
    request: HttpRequest,
    token: str,
    escalation: Escalation,
    person: dict[str, Any],
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    ticket = Ticket.objects.for_list().get(pk=escalation.ticket_id)
    faces = faces_of(ticket, at)
    overdue = [face for face in faces if face.state == "late"]
    running = sorted((face for face in faces if face.ticks and face.due), key=lambda face: face.due)  # type: ignore[arg-type,return-value]
    others = [e.contacts[0] for e in ticket.escalations.filter(ended_at=None) if e.contacts]
    context = {
        "at": at,
        "ticket": ticket,
        "escalation": escalation,
        "person": person,
        "face": overdue[0] if overdue else (running[0] if running else None),
        "people": _people(ticket, others, person),
        "has_it": ticket.taken_by_name == person["name"],
        "refusal": refusal,
        "token": token,
    }
    return render(request, "escalations/take.html", context, status=status)


def _people(ticket: Ticket, others: list[dict[str, Any]], person: dict[str, Any]) -> list[dict[str, Any]]:
    people = []
    if ticket.owner:
        owner = ticket.owner
        people.append({"name": owner.name, "title": _("Owner"), "phone": owner.phone, "email": owner.email})
    seen = {person.get("email"), *(p["email"] for p in people)}
    return people + [p for p in others if p.get("email") not in seen]
