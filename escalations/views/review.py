"""The review of an issue at /tickets/N/review/: facts, post-mortem, what is to be done, how the customer fares."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from escalations.access import must_work
from escalations.errors import Invalid, NotAllowed
from escalations.forms.care import MomentForm, ReopenReviewForm, ReviewForm
from escalations.models import Review
from escalations.verbs.checklist import is_leader
from escalations.verbs.review import NEEDED, TEXTS, ChangedMeanwhile
from escalations.views import timeline
from escalations.views.checklist import card_of
from escalations.views.impact import figures_of
from escalations.views.outcome import tried
from escalations.views.ticket_frame import TicketFrame


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, number: str) -> HttpResponse:
    """POST saves the draft, or publishes it (`do=publish`). Who comes second is shown both texts."""
    frame = TicketFrame.of(request, number)
    if request.method != "POST":
        return _page(request, frame)
    must_work(request.user)
    publish = request.POST.get("do") == "publish"
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, frame, form, status=400)
    verb = frame.ticket.publish_review if publish else frame.ticket.write_review
    try:
        verb(by=frame.user, at=frame.at, **form.cleaned_data)
    except ChangedMeanwhile as conflict:
        return _page(request, frame, form, theirs=conflict.review, refusal=conflict.message, status=409)
    except NotAllowed as refused:
        return _page(request, frame, form, refusal=refused.message, status=409)
    except Invalid as invalid:
        form.refuse(invalid.fields)
        return _page(request, frame, form, status=400)
    messages.success(request, _("Published. The checklist has it.") if publish else _("Draft saved."))
    return redirect(_path(frame))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    return _sheet(request, frame, ReopenReviewForm, frame.ticket.reopen_review, _("The post-mortem is a draft again."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_moment(request: HttpRequest, number: str) -> HttpResponse:
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    return _sheet(request, frame, MomentForm, frame.ticket.add_moment, _("Added to the timeline."), "#timeline")


@login_required
@require_POST
def drop_moment(request: HttpRequest, number: str) -> HttpResponse:
    """`at` and `text` name it: positions would move under somebody else's hands."""
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    try:
        moment_at, text = request.POST.get("at", ""), request.POST.get("text", "")
        frame.ticket.drop_moment(moment_at=moment_at, text=text, by=frame.user, at=frame.at)
    except NotAllowed as refused:
        return _page(request, frame, refusal=refused.message, status=409)
    messages.success(request, _("Taken out of the timeline."))
    return redirect(f"{_path(frame)}#timeline")


def _sheet(
    request: HttpRequest, frame: TicketFrame, form_class: Any, verb: Any, done: str, anchor: str = ""
) -> HttpResponse:
    """One small form as a page that may open as a sheet."""
    form, status, refusal = form_class(), 200, ""
    if request.method == "POST":
        form = form_class(request.POST)
        outcome = tried(form, lambda **given: verb(by=frame.user, at=frame.at, **given))
        if outcome.is_done:
            messages.success(request, done)
            return redirect(f"{_path(frame)}{anchor}")
        status, refusal = outcome.status, outcome.refusal
    context = frame.context(form=form, refusal=refusal, action=request.path, back=_path(frame))
    return render(request, "escalations/care_form.html", context, status=status)


def _path(frame: TicketFrame) -> str:
    return reverse("ticket-review", args=[frame.ticket.number])


def _page(
    request: HttpRequest,
    frame: TicketFrame,
    form: ReviewForm | None = None,
    *,
    theirs: Review | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    ticket, at = frame.ticket, frame.at
    found = Review.objects.filter(ticket=ticket).select_related("edited_by", "published_by").first()
    told = list(ticket.escalations.all())
    moments = timeline.moments_of(timeline.chosen_events(ticket), found.added if found else [])
    form = form or (_form(found) if _may_write(frame, found) else None)
    if form:
        form.mark_needed(NEEDED)
    context = frame.context(
        "review",
        review=found,
        checklist=card_of(frame, told),
        form=form,
        both=_both(form, theirs) if form and theirs else [],
        theirs=theirs,
        refusal=refusal,
        asked=ticket.severity.post_mortem,
        parts=[(ReviewForm.base_fields[name].label, getattr(found, name)) for name in TEXTS] if found else [],
        figures=figures_of(ticket, told, at),
        moments=moments,
        drawing=timeline.drawing_of(ticket, moments, at),
        may_reopen=is_leader(frame.user) and bool(found and found.published_at),
        may_write=_may_write(frame, found),
        actions=list(ticket.action_items.select_related("owner")),
        check_ins=list(ticket.check_ins.select_related("done_by")),
    )
    return render(request, "escalations/review.html", context, status=status)


def _may_write(frame: TicketFrame, found: Review | None) -> bool:
    return bool(frame.user.may_work and not frame.ticket.merged_into_id and not (found and found.published_at))


def _form(found: Review | None) -> ReviewForm:
    if found is None:
        return ReviewForm(initial={"version": 0})
    return ReviewForm(initial={name: getattr(found, name) for name in (*TEXTS, "version")})


def _both(form: ReviewForm, theirs: Review) -> list[dict[str, str]]:
    """The parts in which the two texts differ. Sending again is meant for what stands there now."""
    form.aim_at(theirs.version)
    return [
        {"label": str(form.fields[name].label), "theirs": getattr(theirs, name), "mine": form.cleaned_data[name]}
        for name in TEXTS
        if getattr(theirs, name).strip() != form.cleaned_data[name].strip()
    ]
