"""The tags of a ticket: on the ticket's page as a sheet, or as a page of its own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from escalations.access import must_work
from escalations.forms.relations import TagForm
from escalations.tags import key, used_lately
from escalations.views.outcome import Outcome, tried
from escalations.views.ticket_frame import TicketFrame


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tags(request: HttpRequest, number: str) -> HttpResponse:
    """POST with `remove` takes one away, with `add` adds some; both lead back to where the tags stand."""
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    form = TagForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show(request, frame, form)
    if gone := request.POST.get("remove", "")[:200]:
        form = TagForm({"add": gone})
        outcome = tried(form, lambda add: frame.ticket.retag(remove=[gone], by=frame.user, at=frame.at))
    else:
        outcome = tried(form, lambda add: frame.ticket.retag(add=add, by=frame.user, at=frame.at))
    if not outcome.is_done:
        return _show(request, TicketFrame.of(request, number), form, outcome)
    messages.success(request, _("“%(tag)s” is gone.") % {"tag": gone} if gone else form.done)
    return redirect(frame.ticket)


def _show(request: HttpRequest, frame: TicketFrame, form: TagForm, outcome: Outcome | None = None) -> HttpResponse:
    there = {key(tag) for tag in frame.ticket.tags}
    suggested = [tag for tag in used_lately() if key(tag) not in there]
    context = frame.context(form=form, suggested=suggested, refusal=outcome.refusal if outcome else "")
    return render(request, "escalations/tags.html", context, status=outcome.status if outcome else 200)
