"""Adding what was written for a new issue to one that is open already: a page to confirm it, then the note."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from escalations import attachments
from escalations.access import must_work, ticket_or_404
from escalations.errors import Invalid, NotAllowed
from escalations.forms.fields import Area
from escalations.forms.new import LONGEST_TEXT
from escalations.forms.verb import VerbForm
from escalations.models import Ticket
from escalations.views.files import Picked, picked


class InsteadForm(VerbForm):
    """What is added to the open issue."""

    verb = "instead"
    text = forms.CharField(  # type: ignore[assignment]
        label=gettext_lazy("What is added"),
        help_text=gettext_lazy("Only the desk sees it."),
        widget=Area(8, maxlength=2 * LONGEST_TEXT),
    )


@login_required
@require_POST
def instead(request: HttpRequest) -> HttpResponse:
    """First the page that shows what will be added, then (`confirmed`) the note and the files."""
    must_work(request.user)
    at = timezone.now()
    ticket = ticket_or_404(request.user, request.POST.get("instead", ""))
    files = picked(request, at)
    if "confirmed" not in request.POST:
        return _page(request, ticket, InsteadForm(initial={"text": _words(request)}), files)
    form = InsteadForm(request.POST)
    if form.is_valid() and not files.problems:
        try:
            _add(ticket, form.cleaned_data["text"], files, request.user, at)
        except Invalid as invalid:
            form.refuse(invalid.fields)
        except NotAllowed as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Added to %(number)s. No new issue was logged.") % {"number": ticket.number})
            return redirect(ticket)
    return _page(request, ticket, form, files, status=400)


@transaction.atomic
def _add(ticket: Ticket, text: str, files: Picked, user: Any, at: Any) -> None:
    ticket.note(text=text, by=user, at=at)
    attachments.adopt(ticket, files.keys, by=user, at=at)


def _words(request: HttpRequest) -> str:
    """Everything that was written for the new issue."""
    given = request.POST
    reporter = " ".join(filter(None, (given.get("reporter_name", ""), given.get("reporter_email", ""))))
    said = _("Reported by %(who)s.") % {"who": reporter} if reporter else ""
    when = _("Reported at %(when)s.") % {"when": given["reported_at"]} if given.get("reported_at") else ""
    return "\n\n".join(filter(None, (given.get("subject", ""), given.get("description", ""), said, when)))


def _page(request: HttpRequest, ticket: Ticket, form: InsteadForm, files: Picked, status: int = 200) -> HttpResponse:
    # Going back to the new issue takes everything along, too.
    rest = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "instead", "files", "text", "confirmed")
        for value in values
    ]
    context = {"ticket": ticket, "form": form, "files": files.rows, "problems": files.problems, "rest": rest}
    return render(request, "escalations/instead.html", context, status=status)
