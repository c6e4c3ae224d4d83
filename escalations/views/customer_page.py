"""The customer's own page: what they were told, and a way to answer. Nobody signs in, and nothing internal is here.

What it shows comes from what was sent to the customer, never from the ticket's inner life.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from escalations import customer_pages
from escalations.actors import Actor
from escalations.customer_pages import PageProblem
from escalations.enums import ClockKind, EventKind, Status
from escalations.errors import Invalid, NotAllowed
from escalations.forms.customer_side import ComplaintForm
from escalations.forms.team import zone_name
from escalations.models import Attachment, CustomerPage, Ticket
from escalations.views.files import handed_out
from templates_app.mail import words_of
from templates_app.models import Notification

AN_HOUR = 3600  # seconds
ANSWERS_AN_HOUR = 10
SHOWN = 50  # messages
WORDS = {
    Status.NEW: gettext_lazy("We have it, and look into it"),
    Status.ACKNOWLEDGED: gettext_lazy("We are looking into it"),
    Status.IN_PROGRESS: gettext_lazy("We are working on it"),
    Status.WAITING: gettext_lazy("We wait for an answer from you"),
    Status.RESOLVED: gettext_lazy("Fixed, as far as we can see"),
    Status.CLOSED: gettext_lazy("Closed"),
}


@dataclass(frozen=True)
class Said:
    """One message of the conversation."""

    at: datetime
    text: str
    subject: str = ""
    by_customer: bool = False


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def customer_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows, and remembers that it was opened; only POST acts."""
    with timezone.override(ZoneInfo(settings.TIME_ZONE)):
        try:
            page, ticket = _open(token)
        except PageProblem as problem:
            return _closed(request, problem)
        answer = _act(request, page, ticket) if request.method == "POST" else _show(request, page, ticket)
        return _discreet(answer)


@never_cache
@require_safe
def customer_file(request: HttpRequest, token: str, key: str) -> HttpResponse:
    """A file that was shared with the customer, as a download and nothing else."""
    try:
        _page, ticket = _open(token)
    except PageProblem as problem:
        return _closed(request, problem)
    file = _files(ticket).filter(key=key).first()
    if file is None:
        raise Http404
    return _discreet(handed_out(file))


def _open(token: str) -> tuple[CustomerPage, Ticket]:
    """The page and its ticket; of a merged one, the ticket where work goes on."""
    page = customer_pages.read(token, timezone.now())
    key = page.ticket_id
    for _step in range(5):
        ticket = Ticket.objects.for_list().get(pk=key)
        if ticket.merged_into_id is None:
            break
        key = ticket.merged_into_id
    return page, ticket


def _act(request: HttpRequest, page: CustomerPage, ticket: Ticket) -> HttpResponse:
    form = ComplaintForm(request.POST)
    if request.user.is_authenticated:
        return _show(request, page, ticket, form, refusal=_("Only the customer can answer here."), status=403)
    if _too_many(page):
        return _show(request, page, ticket, form, refusal=_("That was a lot in one hour. Please call us."), status=429)
    confirms = request.POST.get("do") == "confirm"
    if not confirms and not form.is_valid():
        return _show(request, page, ticket, form, status=400)
    by = Actor.outsider(ticket.customer.name)
    try:
        if confirms:
            ticket.customer_confirms(by=by, at=timezone.now())
        else:
            ticket.customer_complains(text=form.cleaned_data["text"], by=by, at=timezone.now())
    except NotAllowed:
        refusal = _("This has changed meanwhile. Please look at what it says now.")
        return _show(request, page, _open(page_token(page))[1], form, refusal=refusal, status=409)
    except Invalid as invalid:
        form.refuse(invalid.fields)
        return _show(request, page, ticket, form, status=400)
    messages.success(request, _("Thank you. We have it.") if confirms else _("Thank you. We are on it again."))
    return redirect("customer-page", page_token(page))


def page_token(page: CustomerPage) -> str:
    return customer_pages.token_of(page)


def _show(
    request: HttpRequest,
    page: CustomerPage,
    ticket: Ticket,
    form: ComplaintForm | None = None,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    outside = not request.user.is_authenticated
    if request.method == "GET" and outside:
        CustomerPage.objects.filter(pk=page.pk).update(opened_at=at)
    update = next((c for c in ticket.current_clocks() if c.kind == ClockKind.UPDATE and not c.stopped_at), None)
    context = {
        "at": at,
        "token": page_token(page),
        "number": ticket.number,
        "subject": ticket.subject,
        "customer": ticket.customer.name,
        "state": WORDS[Status(ticket.status)],
        "status": ticket.status,
        "is_open": ticket.is_open,
        "owner": ticket.owner.name if ticket.owner else "",
        "next_update": update.due_at if update else None,
        "expected": _expected(ticket) if ticket.is_open else "",
        "said": _said(page, ticket),
        "files": list(_files(ticket)),
        "confirmed_at": ticket.confirmed_at,
        "form": form or ComplaintForm(),
        "refusal": refusal,
        "outside": outside,
        "zone": zone_name(at),
    }
    return render(request, "escalations/customer_page.html", context, status=status)


def _said(page: CustomerPage, ticket: Ticket) -> list[Said]:
    """What was sent to the customer, as it was sent, and what the customer wrote here; newest first."""
    numbers = {ticket.number, page.ticket.number}
    sent = Notification.objects.filter(about__in=numbers, kind="customer", idem__endswith=".customer")
    told = [
        Said(row.sent_at or row.created_at, words_of(row), row.subject)
        for row in sent.exclude(state="cancelled").order_by("-created_at")[:SHOWN]
    ]
    keys = {ticket.pk, page.ticket_id}
    answers = ticket.events.model._default_manager.filter(ticket__in=keys, kind=EventKind.CUSTOMER)
    written = [
        Said(event.at, event.text or _("It works again."), by_customer=True)
        for event in answers.order_by("-at")[:SHOWN]
    ]
    return sorted([*told, *written], key=lambda said: said.at, reverse=True)


def _expected(ticket: Ticket) -> str:
    """When it should be solved, in the words of the last update; empty if no update said so."""
    last = ticket.events.filter(kind=EventKind.UPDATE_SENT).order_by("-at", "-pk").first()
    return str(last.data.get("expected_resolution") or "") if last else ""


def _files(ticket: Ticket) -> QuerySet[Attachment]:
    return ticket.attachments.filter(shared=True)


def _too_many(page: CustomerPage) -> bool:
    """More answers than a person gives; counted for each link and hour."""
    key = f"customer-page.{page.pk}"
    if cache.add(key, 1, AN_HOUR):
        return False
    try:
        return int(cache.incr(key)) > ANSWERS_AN_HOUR
    except ValueError:  # it ran out between the two
        return False


def _closed(request: HttpRequest, problem: PageProblem) -> HttpResponse:
    context = {"problem": problem.message}
    return _discreet(render(request, "escalations/customer_page_problem.html", context, status=problem.status))


def _discreet(answer: Any) -> Any:
    """Whoever has the address may answer in the customer's name: it stays out of search engines and of other sites."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": with it browsers send the form with "Origin: null", which is refused as forged.
    answer["Referrer-Policy"] = "same-origin"
    return answer
