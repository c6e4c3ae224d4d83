"""Bringing issues over: choose a file, say what stands for what, look at the dry run, watch it come. Managers and
administrators."""

import csv
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from contacts.access import must_manage
from contacts.forms import sent
from contacts.spreadsheets.reading import Unreadable
from contacts.spreadsheets.writing import BOM
from escalations.models import ImportBatch

from . import run
from .fields import FIELDS, NEEDED
from .forms import ChooseForm, MapForm

LOOK_AGAIN = 3  # seconds, while it comes
SHOWN, LATEST = 200, 20
EXAMPLE = (
    "4711", "Nobody can sign in", "Since the release of this morning", "acme", "P1", "closed", "Dana Whitlock",
    "dana@acme.example", "casey", "2026-10-05T09:00:00+02:00", "2026-10-05T09:10:00+02:00", "",
    "2026-10-05T11:00:00+02:00", "2026-10-06T09:00:00+02:00", "A release without its migration", "Rolled back",
    "login, release", '[{"at": "2026-10-05T09:30:00+02:00", "author": "Casey Lind", "text": "It is the release."}]',
)  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    must_manage(request.user)
    form = ChooseForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data.get("file")
        name = file.name if file else ""
        said: dict[str, Any] = {"source": form.cleaned_data["source"], "name": name, "at": timezone.now()}
        try:
            batch = run.read_file(form.data_given(), by=request.user, **said)  # type: ignore[arg-type]
        except Unreadable as error:
            form.add_error(None, str(error))
        else:
            return redirect("issue-import", pk=batch.pk)
    batches = ImportBatch.objects.defer("rows", "problems").select_related("created_by")[:LATEST]
    context = {"form": form, "batches": batches, "fields": FIELDS, "needed": NEEDED}
    return render(request, "escalations/importing/choose.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch at whatever stage. `check` maps and checks; `start` brings over what is sound."""
    must_manage(request.user)
    found = get_object_or_404(ImportBatch.objects.select_related("created_by"), pk=pk)
    is_open = found.state in (run.State.CHECKING, run.State.CHECKED, run.State.FAILED)
    form = MapForm(found, sent(request) if "check" in request.POST else None) if is_open else None
    if request.method == "POST":
        if form and form.is_bound and form.is_valid():
            found.options = form.options()
            found.options |= run.said_values(found)
            run.check(found, at=timezone.now())
            return redirect("issue-import", pk=pk)
        if "start" in request.POST:
            run.start(found, at=timezone.now())
            return redirect("issue-import", pk=pk)
    rows_wrong = len({each["row"] for each in found.problems})
    context = {
        "batch": found,
        "form": form,
        "problems": found.problems[:SHOWN],
        "rows_wrong": rows_wrong,
        "is_running": found.state == run.State.RUNNING,
        "may_start": found.state in (run.State.CHECKED, run.State.FAILED) and found.total > rows_wrong,
        "refresh": LOOK_AGAIN if found.state == run.State.RUNNING else 0,
    }
    return render(request, "escalations/importing/batch.html", context, status=400 if form and form.errors else 200)


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The file to fill in, with a row that shows how."""
    must_manage(request.user)
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="issues-template.csv"'
    csv.writer(response).writerows([list(FIELDS), EXAMPLE])
    return response
