"""Lists as CSV, for spreadsheets: streamed, so that the size of the list does not matter."""

import csv
from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.spreadsheets.writing import BOM, Echo, safe
from escalations.access import tickets_for
from escalations.enums import Status
from escalations.models import Ticket
from escalations.models.ticket import FIRST_NUMBER
from escalations.views import listing
from escalations.views.picked import picked_keys

CHUNK = 500  # rows fetched, and sent, at a time
COLUMNS = (
    "pk", "subject", "customer__name", "severity", "status", "owner__first_name", "owner__last_name",
    "owner__username", "team__name", "level", "reported_at", "acknowledged_at", "resolved_at", "next_due_at", "tags",
)  # fmt: skip


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The tickets that are ticked (`t`), or else all that the list finds. Whoever may read may export."""
    at = timezone.now()
    keys = picked_keys(request.GET)
    found = (
        tickets_for(request.user).filter(pk__in=keys)
        if "t" in request.GET
        else listing.found(request.user, request.GET, at)
    )
    return as_csv(found.values_list("pk", flat=True), at)


def as_csv(keys: QuerySet[Any, Any], at: datetime) -> StreamingHttpResponse:
    """A line for each of these keys of tickets, in their order; one that comes twice has two lines."""
    # The stream runs after the middleware that knows the person's time zone.
    zone = timezone.get_current_timezone()
    response = StreamingHttpResponse(_lines(keys, zone), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="escalations-{timezone.localdate(at):%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(keys: QuerySet[Any, Any], zone: tzinfo) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield BOM + writer.writerow(_heading(zone))
    for chunk in _chunks(keys):
        yield "".join(writer.writerow([safe(cell) for cell in _cells(row, zone)]) for row in chunk)


def _heading(zone: tzinfo) -> list[str]:
    times = [_("Reported"), _("Acknowledged"), _("Resolved"), _("Next due")]
    return [
        _("Number"), _("Subject"), _("Customer"), _("Severity"), _("Status"), _("Owner"), _("Team"), _("Level"),
        *(f"{name} ({zone})" for name in times), _("Tags"),
    ]  # fmt: skip


def _chunks(found: QuerySet[Any, Any]) -> Iterator[list[Any]]:
    """Rows in the order of their keys. First the keys, eight bytes each; then some at a time what a row shows, so that
    no query lasts as long as the download."""
    keys = array("q", found.iterator(chunk_size=10 * CHUNK))
    for start in range(0, len(keys), CHUNK):
        wanted = keys[start : start + CHUNK]
        rows = {row[0]: row for row in Ticket.objects.filter(pk__in=list(wanted)).values_list(*COLUMNS)}
        yield [rows[key] for key in wanted if key in rows]


def _cells(row: Any, zone: tzinfo) -> Iterable[Any]:
    key, subject, customer, severity, status, first, last, username, team, level, *times, tags = row
    yield from (f"ESC-{FIRST_NUMBER + key}", subject, customer, severity, Status(status).label)
    yield from (f"{first or ''} {last or ''}".strip() or username or "", team or "", level)
    yield from (_moment(moment, zone) for moment in times)
    yield ", ".join(map(str, tags))


def _moment(when: datetime | None, zone: tzinfo) -> str:
    return when.astimezone(zone).strftime("%Y-%m-%d %H:%M") if when else ""
