"""What waits for an executive: in the app, and behind the signed link of a mail."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

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
from escalations.enums import TOP
from escalations.errors import NotAllowed
from escalations.forms import EscalateForm
from escalations.links import LinkProblem, read_take_token
from escalations.models import Escalation
from escalations.models.ticket import Ticket, TicketQuerySet
from escalations.views.counts import waiting_for
from escalations.views.faces import next_face
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
    told = sorted(tickets.filter(pk__in=keys), key=lambda ticket: keys.index(ticket.pk))
    mine = tickets.filter(taken_by=request.user.pk).order_by("next_due_at")[:MOST]
    context = {"at": at, "told": rows_of(told, at), "mine": rows_of(mine, at)}
    return render(request, "escalations/escalated.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a mail's link. GET only shows, so that a mail scanner takes nothing; POST acts, and twice has
    the same effect as once."""
    try:
        escalation, email = read_take_token(token)
        link = Link(token, escalation, *_addressee(escalation, email))
    except LinkProblem as problem:
        return render(request, "escalations/take_problem.html", {"problem": problem.message}, status=410)
    zone = getattr(link.actor.user, "time_zone", "")
    with timezone.override(ZoneInfo(zone) if zone else None):
        if request.method != "POST":
            return _brief(request, link)
        return _hand_over(request, link) if request.POST.get("do") == "hand_over" else _take(request, link)


@dataclass(frozen=True)
class Link:
    """A link that was read: which escalation, who it was sent to, and as whom they act."""

    token: str
    escalation: Escalation
    person: dict[str, Any]
    actor: Actor


def _addressee(escalation: Escalation, email: str) -> tuple[dict[str, Any], Actor]:
    person = next((p for p in escalation.contacts if p.get("email", "").lower() == email.lower()), None)
    if person is None:
        raise LinkProblem(_("This link was made for somebody who is not on this escalation."))
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    return person, Actor.of(user) if user else Actor.outsider(person["name"])


def _take(request: HttpRequest, link: Link) -> HttpResponse:
    ticket = link.escalation.ticket
    if not _has_it(link):
        try:
            ticket.take(by=link.actor, at=timezone.now())
        except NotAllowed as refusal:
            return _brief(request, link, refusal=refusal.message, status=409)
    messages.success(request, _("You have it. Everybody on the ladder can see that."))
    return redirect("take", link.token)


def _has_it(link: Link) -> bool:
    """They took this escalation, and their hold lasts."""
    ticket = Ticket.objects.get(pk=link.escalation.ticket_id)
    taken = Escalation.objects.values_list("taken_at", flat=True).get(pk=link.escalation.pk)
    lasts = ticket.held_until is None or ticket.held_until > timezone.now()
    return bool(taken) and ticket.taken_by_name == link.actor.name and lasts


def _hand_over(request: HttpRequest, link: Link) -> HttpResponse:
    """Not theirs: the next level is told, with the reason."""
    form = EscalateForm(request.POST)
    if not form.is_valid():
        return _brief(request, link, form, status=400)
    try:
        link.escalation.ticket.escalate(reason=form.cleaned_data["reason"], by=link.actor, at=timezone.now())
    except NotAllowed as refusal:
        return _brief(request, link, form, refusal=refusal.message, status=409)
    messages.success(request, _("Handed over. The next level is being told."))
    return redirect("take", link.token)


def _brief(
    request: HttpRequest, link: Link, hand_over: EscalateForm | None = None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    at = timezone.now()
    ticket = Ticket.objects.for_list().get(pk=link.escalation.ticket_id)
    context = {
        "at": at,
        "ticket": ticket,
        "escalation": link.escalation,
        "face": next_face(ticket, at),
        "people": _people(ticket, link.person),
        "has_it": _has_it(link),
        "hand_over": hand_over or EscalateForm(),
        "can_hand_over": ticket.level < TOP,
        "zone": timezone.localtime(at).tzname(),
        "refusal": refusal,
    }
    return render(request, "escalations/take.html", context, status=status)


def _people(ticket: Ticket, reader: dict[str, Any]) -> list[dict[str, Any]]:
    """The owner and everybody else who was told, each once."""
    owner = ticket.owner
    people = [{"name": owner.name, "title": _("Owner"), "phone": owner.phone, "email": owner.email}] if owner else []
    people += [person for told in ticket.escalations.filter(ended_at=None) for person in told.contacts]
    once = {person["email"]: person for person in reversed(people)}
    return [person for person in reversed(once.values()) if person["email"] != reader["email"]]
