"""The message to the customer as it would leave, while it is being written. Nothing is sent."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from escalations.access import must_work
from escalations.forms import VERB_FORMS
from escalations.forms.message import MessageForm
from escalations.views.act import answer
from escalations.views.ticket_frame import TicketFrame


@login_required
@require_POST
def preview(request: HttpRequest, number: str) -> HttpResponse:
    """The form's page with the message beside everything that was typed; with the header `Fragment`, a script's, the
    message alone ("draft") or the fields of another template with it ("pane")."""
    must_work(request.user)
    form_class = VERB_FORMS.get(request.POST.get("verb", ""))
    if form_class is None or not issubclass(form_class, MessageForm):
        raise Http404
    frame = TicketFrame.of(request, number)
    # Unbound: nothing is wrong yet with what is only half written.
    form: Any = frame.form(form_class.verb, initial=request.POST.dict())
    form.seen = request.POST.get("seen", "")
    silent = "message" in form.fields and not form.typed("message")
    context: dict[str, Any] = {"draft": None if silent else form.draft(frame.at), "silent": silent}
    match request.headers.get("Fragment"):
        case "draft":
            return render(request, "escalations/_draft.html", {"ticket": frame.ticket, "form": form, **context})
        case "pane":
            return render(request, "escalations/_update_fields.html", {"ticket": frame.ticket, "form": form, **context})
    return answer(request, frame, form, **context)
