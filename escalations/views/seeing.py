"""The page of who may see an issue: made confidential, open again, people let in and taken off; and how an
administrator, who is on no list by right, puts themself on one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.access import must_configure
from contacts.models import SiteSettings, User
from escalations import confidential
from escalations.access import must_work, tickets_for
from escalations.enums import EventKind
from escalations.errors import Invalid, NotAllowed
from escalations.forms import VerbForm
from escalations.forms.access import BreakGlassForm, ChangeKindForm, LetSeeForm, MakeConfidentialForm, MakeOpenForm
from escalations.models import Escalation, Ticket, TicketAccess
from escalations.rows_within import rows_from
from escalations.sight import may_keep, must_keep
from escalations.views.outcome import tried
from escalations.views.ticket_frame import TicketFrame

NAMED = 12  # merged issues that the page names


@dataclass(frozen=True)
class Listed:
    """Somebody on the list, and how they came to stand there."""

    row: TicketAccess
    how: str
    why: str = ""
    may_go: bool = False


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def seeing(request: HttpRequest, number: str) -> HttpResponse:
    """Who sees it. POST makes it confidential, or changes why it is."""
    frame = TicketFrame.of(request, number)
    if request.method != "POST":
        return _page(request, frame)
    _must(frame)
    if frame.ticket.confidential:
        return _sent(request, frame, ChangeKindForm(request.POST), frame.ticket.make_confidential, _("Changed."))
    form = _closing(frame, request.POST)
    return _sent(request, frame, form, frame.ticket.make_confidential, form.done)


@login_required
@require_POST
def let_in(request: HttpRequest, number: str) -> HttpResponse:
    frame = TicketFrame.of(request, number)
    _must(frame)
    form = _adding(frame, request.POST)

    @transaction.atomic
    def do(*, people: list[User], reason: str, by: User, at: Any) -> None:
        for user in people:
            frame.ticket.let_see(user=user, by=by, at=at, reason=reason)

    return _sent(request, frame, form, do, _("They may see it from now on, and are being told."))


@login_required
@require_POST
def take_off(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    frame = TicketFrame.of(request, number)
    _must(frame)
    row = get_object_or_404(frame.ticket.access.select_related("user"), pk=pk)
    try:
        frame.ticket.unlet_see(user=row.user, by=frame.user, at=frame.at)
    except Invalid as invalid:
        return _page(request, frame, refusal=" ".join(invalid.fields.values()), status=409)
    messages.success(request, _("%(name)s is off the list.") % {"name": row.user.name})
    return redirect("ticket-access", number)


@login_required
@require_POST
def open_again(request: HttpRequest, number: str) -> HttpResponse:
    frame = TicketFrame.of(request, number)
    _must(frame)
    form = MakeOpenForm(request.POST)
    return _sent(request, frame, form, frame.ticket.make_open, form.done)


def _must(frame: TicketFrame) -> None:
    must_work(frame.user)
    must_keep(frame.user, frame.ticket)


def _sent(request: HttpRequest, frame: TicketFrame, form: VerbForm, do: Callable[..., Any], done: Any) -> HttpResponse:
    outcome = tried(form, lambda **given: do(by=frame.user, at=frame.at, **given))
    if outcome.is_done:
        messages.success(request, str(done))
        return redirect("ticket-access", frame.ticket.number)
    fresh = TicketFrame.of(request, frame.ticket.number)
    return _page(request, fresh, bound=form, refusal=outcome.refusal, status=outcome.status)


def _close(frame: TicketFrame) -> set[int]:
    """Whom marking it names at once. Asked once a page."""
    if "close" not in frame.more:
        frame.more["close"] = confidential.close_to(frame.ticket) | {frame.user.pk}
    found: set[int] = frame.more["close"]
    return found


def _closing(frame: TicketFrame, data: Any = None) -> MakeConfidentialForm:
    """Offers first whom the ladder has told already, and ticks them: they were asked to act."""
    ticket = frame.ticket
    close = _close(frame)
    rungs = rows_from(Escalation, ticket.rungs_within)  # type: ignore[attr-defined]
    emails = {p["email"].lower() for e in rungs if not e.ended_at for p in e.contacts if p["email"]}
    told = set(confidential.accounts_at(emails).values()) - close
    watching = set(ticket.watches.values_list("user_id", flat=True))
    form = MakeConfidentialForm(data, initial={"people": [str(key) for key in told]})
    form.offer(without=close, first=told | watching)
    return form


def _adding(frame: TicketFrame, data: Any = None) -> LetSeeForm:
    form = LetSeeForm(data)
    form.offer(without=set(frame.ticket.access.values_list("user_id", flat=True)))
    return form


def _page(
    request: HttpRequest, frame: TicketFrame, *, bound: VerbForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    ticket, user = frame.ticket, frame.user
    keeps, is_closed = may_keep(user, ticket), bool(ticket.confidential)
    apart = is_closed or SiteSettings.current().own_team_only
    more: dict[str, Any] = {
        "keeps": keeps,
        "apart": apart,
        "listed": _listed(frame, keeps=keeps) if apart else [],
        "bound": bound,
        "refusal": refusal,
    }
    if keeps and apart:
        more["adding"] = bound if isinstance(bound, LetSeeForm) else _adding(frame)
    if keeps and is_closed:
        kind = ChangeKindForm(initial={"kind": ticket.confidential})
        more["kind"] = bound if isinstance(bound, ChangeKindForm) else kind
        more["opening"] = bound if isinstance(bound, MakeOpenForm) else MakeOpenForm()
    elif keeps:
        more["closing"] = bound if isinstance(bound, MakeConfidentialForm) else _closing(frame)
        users = User.objects.filter(pk__in=_close(frame)).order_by("pk")
        more["merged"] = list(ticket.merged.filter(confidential="").order_by("pk")[:NAMED])
        more["close"] = ", ".join(each.name for each in users)
    return render(request, "escalations/access.html", frame.context(**more), status=status)


def _listed(frame: TicketFrame, *, keeps: bool) -> list[Listed]:
    """The list, with what the history says of how each came onto it."""
    ticket = frame.ticket
    said: dict[str, tuple[str, str]] = {}
    for event in ticket.events.filter(kind=EventKind.ACCESS).order_by("pk"):
        for person in event.data.get("people", []):
            said[person["username"]] = (event.data.get("what", ""), event.text)
    at_work = confidential.close_to(ticket) - {ticket.created_by_id}
    rows = []
    for row in ticket.access.select_related("user__team", "named_by"):
        what, why = said.get(row.user.username, ("", ""))
        may_go = keeps and row.user_id not in at_work and row.user_id != frame.user.pk
        rows.append(Listed(row, _how(what, row), why, may_go))
    return rows


def _how(what: str, row: TicketAccess) -> str:
    if what == "told":
        return _("let in by being told")
    if what == "let_self":
        return _("put themselves on the list, as an administrator")
    if what == "closed":
        return _("since it became confidential")
    return _("let in by %(who)s") % {"who": row.named_by.name} if row.named_by else ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def break_glass(request: HttpRequest) -> HttpResponse:
    """By number only: nothing here says which issues are confidential, or what they are about."""
    must_configure(request.user)
    form = BreakGlassForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "escalations/break_glass.html", {"form": form}, status=400 if form.errors else 200)
    user: Any = request.user
    number = form.cleaned_data["number"].strip()
    try:
        ticket = Ticket.objects.by_number(number)
        if tickets_for(user).filter(pk=ticket.pk).exists():
            messages.info(request, _("You may see %(number)s anyway.") % {"number": ticket.number})
            return redirect(ticket)
        ticket.let_see(user=user, by=user, at=timezone.now(), reason=form.cleaned_data["reason"])
    except Ticket.DoesNotExist:
        form.add_error("number", _("There is no issue %(number)s.") % {"number": number})
    except Invalid as invalid:
        form.refuse(invalid.fields)
    except NotAllowed as refused:
        form.add_error(None, refused.message)
    else:
        messages.success(request, _("You are on its list. Its owner and everybody on it are being told."))
        return redirect(ticket)
    return render(request, "escalations/break_glass.html", {"form": form}, status=400)
