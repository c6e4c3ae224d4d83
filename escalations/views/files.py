"""Files of an issue over the web: taken in one by one while a form is written, handed out as downloads only."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from escalations import attachments
from escalations.access import must_work, tickets_for
from escalations.errors import Invalid, NotAllowed
from escalations.models import Attachment, Ticket
from escalations.rows_within import rows_from

# Nothing of a file is ever run or drawn as a page of ours, whatever is in it.
SANDBOX = "default-src 'none'; sandbox"
FRESH_FOR = 300  # seconds


@dataclass
class Picked:
    """The files of a form that is being sent: those uploaded before, and those that came with it."""

    rows: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [row.key.hex for row in self.rows]


def picked(request: HttpRequest, at: datetime) -> Picked:
    """What `_files.html` sends: hidden keys in `files` (by script), and files in `upload` (without)."""
    found = Picked(attachments.waiting(request.POST.getlist("files"), request.user))  # type: ignore[arg-type]
    for upload in request.FILES.getlist("upload")[: attachments.MOST_FILES]:
        try:
            found.rows.append(attachments.accept(upload, by=request.user, at=at))  # type: ignore[arg-type]
        except Invalid as refused:
            found.problems.append(refused.fields["files"])
    return found


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """One file, for the script: answers with its line, or with the reason why not."""
    if not request.user.is_authenticated:
        # A script follows a redirect to the sign-in page and takes it for the answer.
        return _refused(request, _("You are signed out. Sign in in another tab, then add the file again."), 401)
    must_work(request.user)
    given = request.FILES.get("upload")
    if given is None:
        return _refused(request, _("No file came with it."), 400)
    try:
        row = attachments.accept(given, by=request.user, at=timezone.now())
    except Invalid as refused:
        return _refused(request, refused.fields["files"], 400)
    return render(request, "escalations/_file.html", {"file": row}, status=201)


def _refused(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return render(request, "escalations/_file_refused.html", {"why": why}, status=status)


@login_required
@require_safe
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The bytes, as a download: also for a picture, which an <img> shows all the same."""
    return handed_out(_visible(request.user, key))


def handed_out(row: Attachment) -> Any:
    try:
        stream = row.file.open("rb")
    except OSError as error:
        raise Http404 from error
    response = FileResponse(stream, as_attachment=True, filename=row.name, content_type=row.content_type)
    return sealed(response)


def sealed(response: Any) -> Any:
    """With the headers that every file of ours goes out under."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = f"private, max-age={FRESH_FOR}"
    return response


@login_required
@require_POST
def remove(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take back an upload that was not sent yet, or remove a file from its ticket."""
    must_work(request.user)
    row = _visible(request.user, key)
    if row.ticket is None:
        attachments.discard(row)
        return HttpResponse(status=204)
    try:
        row.ticket.remove_file(file=row.key, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("“%(name)s” is removed.") % {"name": row.name})
    except (NotAllowed, Invalid) as refused:
        messages.warning(request, str(refused))
    return redirect(row.ticket)


def files_of(ticket: Ticket, user: Any) -> list[Attachment]:
    """The files of a ticket that was fetched `for_page`, each knowing whether this person may remove it."""
    rows = rows_from(Attachment, ticket.files_within)  # type: ignore[attr-defined]
    for row in rows:
        row.may_go = attachments.may_remove(row, user)  # type: ignore[attr-defined]
    return rows


def _visible(user: Any, key: uuid.UUID) -> Attachment:
    """A file of a ticket that the person may see, or an upload of their own."""
    row = get_object_or_404(Attachment.objects.select_related("ticket"), key=key)
    mine = row.ticket_id is None and row.uploaded_by_id == user.pk
    if not mine and not tickets_for(user).filter(attachments=row).exists():
        raise Http404
    return row
