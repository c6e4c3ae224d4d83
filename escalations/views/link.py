"""The page behind the link of an escalation's mail, /a/<token>/, and what can be done there without signing in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from config.templatetags.ui import clock_time
from contacts.matrix import Matrix
from contacts.models import Contact, User
from contacts.models.matrix import Proof
from contacts.reach import prove
from escalations import proof
from escalations.actors import Actor
from escalations.enums import TOP, Cause, EventKind
from escalations.errors import Invalid, NotAllowed
from escalations.forms.told import GIVES, WRONG, HandOverForm
from escalations.links import LinkProblem, read_take_token
from escalations.models import Escalation
from escalations.models.ticket import Ticket
from escalations.verbs.told import hold_of, said_wrong
from escalations.views.faces import next_face
from templates_app.models import Notification

DRAWERS = ("hand_over", "hold", "wrong_person")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, token: str) -> HttpResponse:
    """GET only shows, so that a mail scanner does nothing; POST acts, and twice has the same effect as once."""
    try:
        link = Link.read(token)
    except LinkProblem as problem:
        return render(request, "escalations/take_problem.html", {"problem": problem.message}, status=410)
    zone = getattr(link.actor.user, "time_zone", "")
    with timezone.override(ZoneInfo(zone) if zone else None):
        if request.method != "POST":
            _looked_at(request, link)
            return page(request, link)
        return _act(request, link)


@dataclass(frozen=True)
class Link:
    """A link that was read: which escalation, who it was sent to, and as whom they act."""

    token: str
    escalation: Escalation
    person: dict[str, Any]
    actor: Actor

    @classmethod
    def read(cls, token: str) -> "Link":
        """Raises LinkProblem."""
        escalation, email = read_take_token(token)
        person = next((p for p in escalation.contacts if p.get("email", "").lower() == email.lower()), None)
        if person is None:
            raise LinkProblem(_("This link was made for somebody who is not on this escalation."))
        user = User.objects.filter(email__iexact=email).order_by("-is_active", "pk").first()
        if user and not user.is_active:
            if not Contact.objects.filter(email__iexact=email, user=None).exists():
                raise LinkProblem(_("The account that this link was made for is closed."))
            user = None
        return cls(token, escalation, person, Actor.of(user) if user else Actor.outsider(person["name"]))

    @property
    def email(self) -> str:
        return str(self.person["email"])

    @property
    def ticket(self) -> Ticket:
        return self.escalation.ticket

    @cached_property
    def now(self) -> "Now":
        """How things stand; read once for a page, after anything was done."""
        return Now.of(self)


@dataclass(frozen=True)
class Now:
    """What this person has done with it so far. `held_until`: they gave two hours, and these last until then.
    `withdrawn`: the ladder has come down below them, though the issue is open."""

    has_it: bool
    held_until: datetime | None
    has_held: bool
    said_wrong: bool
    withdrawn: bool

    @classmethod
    def of(cls, link: Link) -> "Now":
        at = timezone.now()
        told = Escalation.objects.select_related("ticket").get(pk=link.escalation.pk)
        ticket = told.ticket
        hold = hold_of(ticket, link.actor)
        until = ticket.held_until if hold and ticket.held_until and ticket.held_until > at else None
        lasts = ticket.held_until is None or ticket.held_until > at
        return cls(
            has_it=bool(told.taken_at) and ticket.taken_by_name == link.actor.name and lasts,
            held_until=until,
            has_held=hold is not None,
            said_wrong=said_wrong(ticket, told, link.email) is not None,
            withdrawn=told.ended_at is not None and ticket.is_open,
        )


def _looked_at(request: HttpRequest, link: Link) -> None:
    """Opening the link proves nothing, a scanner of mails opens it too; somebody signed in who looks at it is seen."""
    if request.method == "GET" and request.user.is_authenticated:
        proof.seen_by(request.user, [link.escalation], timezone.now())


# -- acting -----------------------------------------------------------------------------------------------------------


def _act(request: HttpRequest, link: Link) -> HttpResponse:
    """Whoever presses something has seen it."""
    at = timezone.now()
    do = ACTS.get(request.POST.get("do") or "take")
    proof.seen_by_address(link.escalation, link.email, at)
    if do is None:
        return page(request, link, refusal=_("This page offers no such thing any more."), status=400)
    if link.now.withdrawn:
        return page(request, link, status=409)
    form = HandOverForm(request.POST, **_choices(link, Ticket.objects.get(pk=link.ticket.pk)))
    try:
        done = do(link, form, at)
    except NotAllowed as refusal:
        return page(request, link, form, refusal=refusal.message, status=409)
    except Invalid as invalid:
        form.full_clean()
        for name, message in invalid.fields.items():
            form.add_error(name if name in form.fields else None, message)
        done = ""
    if not done:
        return page(request, link, form, status=400)
    _prove(link, at)
    messages.success(request, done)
    return redirect("take", link.token)


def _prove(link: Link, at: datetime) -> None:
    """Where the link went by mail, the address is read. In a channel it proves the channel."""
    mails = Notification.objects.filter(escalation_id=link.escalation.pk, to_address__iexact=link.email)
    if mails.filter(channel="email", sent_at__isnull=False).exists():
        prove(link.email, Proof.ANSWERED, at)


def _take(link: Link, form: HandOverForm, at: datetime) -> str:
    if not link.now.has_it:
        link.ticket.take(by=link.actor, at=at)
    return _("You have it. Everybody on the ladder can see that.")


def _hold(link: Link, form: HandOverForm, at: datetime) -> str:
    until = link.now.held_until
    if until is None:
        link.ticket.hold_ladder(by=link.actor, at=at)
        until = link.ticket.held_until
    return _("The ladder waits until %(when)s.") % {"when": clock_time(until, at)}


def _wrong_person(link: Link, form: HandOverForm, at: datetime) -> str:
    link.ticket.pass_on(escalation=link.escalation, email=link.email, by=link.actor, at=at)
    return _("Thank you. Whoever stands next is told.")


def _hand_over(link: Link, form: HandOverForm, at: datetime) -> str:
    """Nothing is said where the form says what is wrong."""
    if not form.is_valid():
        return ""
    user, reason = form.cleaned_data["user"], form.cleaned_data["reason"]
    if not _handed_over_before(link, reason):
        if user:
            link.ticket.hand_to(user=user, reason=reason, by=link.actor, at=at, escalation=link.escalation)
        else:
            link.ticket.escalate(reason=reason, level=form.to_level, by=link.actor, at=at)
    if user:
        return _("Handed over. %(name)s is being told.") % {"name": user.name}
    return _("Handed over. The next level is being told.")


def _handed_over_before(link: Link, reason: str) -> bool:
    """The same words from the same person: a second press, or the page sent again."""
    told = link.ticket.events.filter(kind=EventKind.ESCALATED, data__cause=str(Cause.MANUAL), text=reason)
    return bool(told.filter(actor=link.actor.user, actor_name=link.actor.name).exists())


ACTS: dict[str, Callable[[Link, HandOverForm, datetime], str]] = {
    "take": _take,
    "hold": _hold,
    "wrong_person": _wrong_person,
    "hand_over": _hand_over,
}


# -- showing ----------------------------------------------------------------------------------------------------------


def page(
    request: HttpRequest, link: Link, form: HandOverForm | None = None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    at = timezone.now()
    link.__dict__.pop("now", None)  # something may have been done
    ticket = Ticket.objects.for_list().get(pk=link.ticket.pk)
    asked = "hand_over" if form and form.errors else request.GET.get("do", "")
    context = {
        "at": at,
        "link": link,
        "ticket": ticket,
        "escalation": link.escalation,
        "now": link.now,
        "face": next_face(ticket, at),
        "people": _people(ticket, link.person),
        "form": form if form and form.errors else HandOverForm(**_choices(link, ticket)),
        "is_open": asked if asked in DRAWERS else "",
        "can_act": ticket.is_open and not link.now.withdrawn,
        "can_hold": ticket.level < TOP and not link.now.has_held,
        "gives": GIVES,
        "wrong": WRONG,
        "zone": timezone.localtime(at).tzname(),
        "refusal": refusal,
    }
    return render(request, "escalations/take.html", context, status=status)


def _choices(link: Link, ticket: Ticket) -> dict[str, Any]:
    """Who is offered: the next level, by name, and the people of the desk."""
    if ticket.level >= TOP:
        return {"ticket": ticket, "email": link.email}
    matrix = Matrix.at(timezone.now())
    above = (matrix.who(str(level), ticket.team_id).recipient for level in range(ticket.level + 1, TOP + 1))
    told = next((each for each in above if each), None)
    next_one = _("The next level: %(name)s, %(title)s") % {"name": told.name, "title": told.title} if told else ""
    return {"ticket": ticket, "email": link.email, "next_one": next_one or _("The next level")}


def _people(ticket: Ticket, reader: dict[str, Any]) -> list[dict[str, Any]]:
    """The owner and everybody else who was told, each once."""
    owner = ticket.owner
    people = [{"name": owner.name, "title": _("Owner"), "phone": owner.phone, "email": owner.email}] if owner else []
    people += [person for told in ticket.escalations.filter(ended_at=None) for person in told.contacts]
    once = {person["email"]: person for person in reversed(people)}
    return [person for person in reversed(once.values()) if person["email"] != reader["email"]]
