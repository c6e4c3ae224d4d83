"""Customers from a file: choose it, see what would happen, then do it. Managers and administrators only."""

import csv
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from contacts.customer_import import shelf
from contacts.customer_import.carry_out import Moved, carry_out
from contacts.customer_import.cells import COLUMNS
from contacts.customer_import.plan import Plan, plan
from contacts.customer_import.reading import MOST_BYTES, Sheet, Unreadable, read
from contacts.customer_import.rows import CHANGED, NEW, PROBLEM, SAME
from contacts.customers import explained
from contacts.forms import sent
from escalations.access import must_manage
from escalations.forms.customers import ImportForm
from escalations.spreadsheet import BOM

PAGE_SIZE = 100
PROBLEMS_SHOWN = 200
LABELS = {
    PROBLEM: gettext_lazy("Problem"),
    NEW: gettext_lazy("New"),
    CHANGED: gettext_lazy("Changed"),
    SAME: gettext_lazy("As it is"),
}
EXAMPLES = [
    ["globex", "Globex", "Gold", "120000.00", "EUR", "2027-01-31", "green", "", "", "",
     "Dana Whitfield", "VP Digital", "dana@globex.example", "+44 161 555 0201"],
    ["globex", "", "", "", "", "", "", "", "", "", "Tomás Rey", "Head of Platform", "tomas@globex.example", ""],
]  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a file or paste its text. What is no table is refused here; all else the dry run says."""
    must_manage(request.user)
    form = ImportForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.data_given()
        try:
            read(data)
        except Unreadable as error:
            form.add_error(None, str(error))
        else:
            return redirect("customers-dry-run", shelf.put(data, _key(request)))
    context = {"form": form, "columns": list(COLUMNS), "most": MOST_BYTES // 1024**2}
    return render(
        request, "escalations/customers/import.html", context, status=400 if request.method == "POST" else 200
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dry_run(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What the file would do; sent, it does exactly that, or nothing and shows what it would do by now (409)."""
    must_manage(request.user)
    data = shelf.get(key, _key(request))
    if data is None:
        messages.warning(
            request, _("This file was imported already, or has waited for more than a day. Choose it again.")
        )
        return redirect("customers-import")
    sheet, at = read(data), timezone.now()
    if request.method != "POST":
        return _page(request, sheet, plan(sheet, at))
    try:
        by: Any = request.user
        done = carry_out(sheet, digest=request.POST.get("digest", ""), by=by, at=at, note=_("From an imported file"))
    except Moved as moved:
        return _page(request, sheet, moved.plan, moved=True)
    shelf.drop(key, _key(request))
    messages.success(
        request, _("Imported: %(new)s new, %(changed)s changed, %(same)s as they were.") % done.counts_of_customers
    )
    return redirect("customers")


def _page(request: HttpRequest, sheet: Sheet, found: Plan, *, moved: bool = False) -> HttpResponse:
    what = request.GET.get("show", "")
    what = what if what in LABELS else ""
    page = Paginator(found.only(what), PAGE_SIZE).get_page(request.GET.get("page"))
    worded = iter(explained(each for row in page.object_list for each in row.changes))
    context: dict[str, Any] = {
        "plan": found,
        "sheet": sheet,
        "page": page,
        "rows": [(row, LABELS[row.what], [next(worded) for _change in row.changes]) for row in page.object_list],
        "tabs": [
            {"key": key, "label": label, "n": found.counts[key], "current": key == what}
            for key, label in LABELS.items()
        ],
        "show": what,
        "problems": found.problems[:PROBLEMS_SHOWN],
        "problem_count": len(found.problems),
        "moved": moved,
    }
    return render(request, "escalations/customers/dry_run.html", context, status=409 if moved else 200)


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The file to fill in, with two rows that show how."""
    must_manage(request.user)
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="customers-template.csv"'
    csv.writer(response).writerows([list(COLUMNS), *EXAMPLES])
    return response


def _key(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
