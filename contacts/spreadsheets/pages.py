"""The two pages of an import, whatever the table: choose a file, see what would happen, then do it.

Managers and administrators only.
"""

import csv
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.access import must_manage
from contacts.forms import sent
from contacts.spreadsheets import shelf
from contacts.spreadsheets.forms import ImportForm
from contacts.spreadsheets.plan import Moved, Plan
from contacts.spreadsheets.reading import Sheet, Unreadable
from contacts.spreadsheets.rows import CHANGED, NEW, PROBLEM, REMOVED, SAME, Difference
from contacts.spreadsheets.writing import BOM

PAGE_SIZE = 100
PROBLEMS_SHOWN = 200
LABELS = {
    PROBLEM: gettext_lazy("Problem"),
    NEW: gettext_lazy("New"),
    CHANGED: gettext_lazy("Changed"),
    REMOVED: gettext_lazy("Removed"),
    SAME: gettext_lazy("As it is"),
}


@dataclass(frozen=True)
class ImportPages:
    """`kind` names the addresses (`<kind>-import`, `<kind>-dry-run`; `kind` itself is the list that one comes back to)
    and the template of the file; `templates` is the folder of import.html and dry_run.html.

    `carry_out` takes (sheet, digest=, by=, at=), returns the plan that was done, or raises Moved; `explained` words
    differences; `done` says what was done.
    """

    kind: str
    templates: str
    columns: Sequence[str]
    examples: Sequence[Sequence[str]]
    read: Callable[[bytes], Sheet]
    plan: Callable[[Sheet, datetime], Plan]
    carry_out: Callable[..., Plan]
    explained: Callable[[Iterable[Difference]], list[Difference]]
    done: Callable[[Any], str]

    def choose(self, request: HttpRequest) -> HttpResponse:
        """Choose a file or paste its text. What is no table is refused here; all else the dry run says."""
        must_manage(request.user)
        form = ImportForm(sent(request), request.FILES or None)
        if request.method == "POST" and form.is_valid():
            data = form.data_given()
            try:
                self.read(data)
            except Unreadable as error:
                form.add_error(None, str(error))
            else:
                return redirect(f"{self.kind}-dry-run", shelf.put(data, self.kind, _key(request)))
        context = {"form": form, "columns": self.columns, "back": reverse(self.kind)}
        status = 400 if request.method == "POST" else 200
        return render(request, f"{self.templates}/import.html", context, status=status)

    def dry_run(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """What the file would do; sent, it does exactly that, or nothing and shows what it would do by now (409)."""
        must_manage(request.user)
        data = shelf.get(key, self.kind, _key(request))
        if data is None:
            messages.warning(
                request, _("This file was imported already, or has waited for more than a day. Choose it again.")
            )
            return redirect(f"{self.kind}-import")
        sheet, at = self.read(data), timezone.now()
        if request.method != "POST":
            return self._page(request, self.plan(sheet, at))
        try:
            done = self.carry_out(sheet, digest=request.POST.get("digest", ""), by=request.user, at=at)
        except Moved as moved:
            return self._page(request, moved.plan, moved=True)
        shelf.drop(key, self.kind, _key(request))
        messages.success(request, self.done(done))
        return redirect(self.kind)

    def template(self, request: HttpRequest) -> HttpResponse:
        """The file to fill in, with a few rows that show how."""
        must_manage(request.user)
        response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.kind}-template.csv"'
        csv.writer(response).writerows([list(self.columns), *self.examples])
        return response

    def _page(self, request: HttpRequest, found: Plan, *, moved: bool = False) -> HttpResponse:
        what = request.GET.get("show", "")
        what = what if what in LABELS else ""
        page = Paginator(found.only(what), PAGE_SIZE).get_page(request.GET.get("page"))
        worded = iter(self.explained(each for row in page.object_list for each in row.changes))
        context: dict[str, Any] = {
            "back": reverse(self.kind),
            "choose": reverse(f"{self.kind}-import"),
            "plan": found,
            "sheet": found.sheet,
            "page": page,
            "rows": [(row, LABELS[row.what], [next(worded) for _change in row.changes]) for row in page.object_list],
            "tabs": [
                {"key": key, "label": label, "n": found.counts.get(key, 0), "current": key == what}
                for key, label in LABELS.items()
                if key in found.counts
            ],
            "show": what,
            "problems": found.problems[:PROBLEMS_SHOWN],
            "problem_count": len(found.problems),
            "moved": moved,
        }
        return render(request, f"{self.templates}/dry_run.html", context, status=409 if moved else 200)


def _key(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
