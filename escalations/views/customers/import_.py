"""Customers from a file: choose it, see what would happen, then do it. Managers and administrators only."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.customer_import.carry_out import carry_out
from contacts.customer_import.cells import COLUMNS
from contacts.customer_import.plan import CustomerPlan, plan, read_customers
from contacts.customers import explained
from contacts.spreadsheets.pages import ImportPages
from contacts.spreadsheets.reading import Sheet

EXAMPLES = [
    ["globex", "Globex", "Gold", "120000.00", "EUR", "2027-01-31", "green", "", "", "",
     "Dana Whitfield", "VP Digital", "dana@globex.example", "+44 161 555 0201"],
    ["globex", "", "", "", "", "", "", "", "", "", "Tomás Rey", "Head of Platform", "tomas@globex.example", ""],
]  # fmt: skip


def _carry_out(sheet: Sheet, *, digest: str, by: Any, at: datetime) -> CustomerPlan:
    return carry_out(sheet, digest=digest, by=by, at=at, note=_("From an imported file"))


def _done(plan: CustomerPlan) -> str:
    return _("Imported: %(new)s new, %(changed)s changed, %(same)s as they were.") % plan.counts_of_customers


PAGES = ImportPages(
    kind="customers",
    templates="escalations/customers",
    columns=list(COLUMNS),
    examples=EXAMPLES,
    read=read_customers,
    plan=plan,
    carry_out=_carry_out,
    explained=explained,
    done=_done,
)


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
