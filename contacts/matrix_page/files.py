"""The matrix as a file that the import takes back."""

import csv
import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.matrix_import.carry_out import carry_out
from contacts.matrix_import.cells import COLUMNS
from contacts.matrix_import.plan import plan, read_matrix
from contacts.models import Contact
from contacts.rungs import explained
from contacts.spreadsheets.pages import ImportPages
from contacts.spreadsheets.plan import Plan
from contacts.spreadsheets.rows import CHANGED, NEW, REMOVED, SAME
from contacts.spreadsheets.writing import BOM, safe

EXAMPLES = [
    ["3", "", "0", "VP of Customer Success", "", "Vera Lindqvist", "vera@example.com", "+46 8 5550 0103"],
    ["3", "", "1", "Deputy", "", "Ida Berg", "ida@example.com", ""],
    ["technical", "", "0", "Engineering Lead", "jonas", "", "", ""],
]


def _done(plan: Plan) -> str:
    counts = {name: plan.counts.get(name, 0) for name in (NEW, CHANGED, REMOVED, SAME)}
    return _("Imported: %(new)s new, %(changed)s changed, %(removed)s removed, %(same)s as they were.") % counts


PAGES = ImportPages(
    kind="contacts",
    templates="contacts/matrix_import",
    columns=list(COLUMNS),
    examples=EXAMPLES,
    read=read_matrix,
    plan=plan,
    carry_out=carry_out,
    explained=explained,
    done=_done,
)


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """All of it, in the order of the ladder. Whoever may read may export."""
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="contact-matrix-{timezone.localdate():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    rows = Contact.objects.select_related("user", "team").order_by("level", "team__name", "position")
    in_order = sorted(rows, key=lambda row: (not row.level.isdigit(), row.level, row.team is not None))
    csv.writer(response).writerows([list(COLUMNS), *([safe(cell) for cell in _cells(row)] for row in in_order)])
    return response


def _cells(row: Contact) -> list[Any]:
    where = [row.level, row.team.slug if row.team else "", row.position, row.title]
    return [*where, row.user.username if row.user else "", row.person_name, row.address, row.telephone]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    return PAGES.choose(request)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dry_run(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return PAGES.dry_run(request, key)


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    return PAGES.template(request)
