"""Mail that came in: what waits for a decision, and what became of the rest."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from escalations.access import must_work
from escalations.errors import Invalid, NotAllowed
from escalations.forms.inbound import FileMailForm, OpenFromMailForm
from escalations.inbound import by_hand
from escalations.views.counts import inbound_waiting
from templates_app.inbound.store import letter_of
from templates_app.models import InboundMail

PAGE_SIZE = 50
OLDER_THAN = re.compile(r"[0-9]{1,18}")
NUMBER = re.compile(r"\bESC-[0-9]{4,15}\b")
State = InboundMail.State
LISTS = {"waiting": gettext_lazy("Waits for a decision"), "all": gettext_lazy("All that came in")}


@login_required
@require_safe
def inbound(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("list", "waiting")
    chosen = chosen if chosen in LISTS else "waiting"
    before = request.GET.get("before", "")
    rows = inbound_waiting().order_by("at", "pk") if chosen == "waiting" else InboundMail.objects.order_by("-pk")
    if chosen == "all" and OLDER_THAN.fullmatch(before):
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.defer("raw", "text")[: PAGE_SIZE + 1])
    context = {
        "at": timezone.now(),
        "mails": found[:PAGE_SIZE],
        "more": len(found) > PAGE_SIZE,
        "older": found[PAGE_SIZE - 1].pk if chosen == "all" and len(found) > PAGE_SIZE else None,
        "chosen": chosen,
        "lists": [{"key": key, "label": label, "current": key == chosen} for key, label in LISTS.items()],
    }
    return render(request, "escalations/inbound/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail, as text, and what is to become of it. POST decides; whatever is wrong, what was typed stays."""
    row = get_object_or_404(InboundMail, pk=pk)
    if request.method != "POST":
        return _page(request, row)
    must_work(request.user)
    at, do, user = timezone.now(), request.POST.get("do", ""), request.user
    try:
        match do:
            case "file":
                return _file(request, row, at)
            case "open":
                return _open(request, row, at)
            case "discard":
                by_hand.discard(row, by=user, at=at)  # type: ignore[arg-type]
                messages.success(request, _("Discarded. For a month you can take it back."))
            case "back":
                by_hand.take_back(row, by=user, at=at)  # type: ignore[arg-type]
                messages.success(request, _("It waits for a decision again."))
            case _other:
                return _page(request, row, status=400)
    except NotAllowed as refusal:
        return _page(request, InboundMail.objects.get(pk=pk), refusal=refusal.message, status=409)
    return redirect("inbound" if do == "discard" else row_path(row))


def row_path(row: InboundMail) -> str:
    return f"/inbound/{row.pk}/"


def _file(request: HttpRequest, row: InboundMail, at: Any) -> HttpResponse:
    form = FileMailForm(request.POST)
    if form.is_valid():
        ticket = form.cleaned_data["number"]
        try:
            by_hand.file_to(row, ticket, how=form.cleaned_data["how"], by=request.user, at=at)  # type: ignore[arg-type]
        except (NotAllowed, Invalid) as refusal:
            if isinstance(refusal, NotAllowed) and refusal.verb == "decide":
                raise
            form.add_error("number", str(refusal))
        else:
            messages.success(request, _("Filed to %(number)s.") % {"number": ticket.number})
            return redirect(ticket)
    return _page(request, row, file_form=form, status=400)


def _open(request: HttpRequest, row: InboundMail, at: Any) -> HttpResponse:
    form = OpenFromMailForm(request.POST)
    if form.is_valid():
        ticket = by_hand.open_for(row, by=request.user, at=at, **form.cleaned_data)  # type: ignore[arg-type]
        words = _("%(number)s is open and its clocks run. Confirm its severity.")
        messages.success(request, words % {"number": ticket.number})
        return redirect(ticket)
    return _page(request, row, open_form=form, status=400)


def _page(
    request: HttpRequest,
    row: InboundMail,
    *,
    file_form: FileMailForm | None = None,
    open_form: OpenFromMailForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    decidable = row.raw is not None and request.user.may_work  # type: ignore[union-attr]
    waits = row.state == State.QUARANTINED and decidable
    letter = letter_of(row) if row.raw is not None else None
    named = NUMBER.search(f"{row.reason} {row.subject}".upper())
    context = {
        "at": timezone.now(),
        "mail": row,
        "quote": letter.quote if letter else "",
        "files": [(file.name, len(file.content)) for file in letter.files] if letter else [],
        "waits": waits,
        "may_come_back": decidable and row.state in (State.DISCARDED, State.IGNORED),
        "file_form": file_form or FileMailForm(initial={"number": named[0] if named else ""}),
        "open_form": open_form or (OpenFromMailForm() if waits else None),
        "refusal": refusal,
    }
    return render(request, "escalations/inbound/mail.html", context, status=status)
