"""The SLA report for spreadsheets. CSV: the numbers, then a row for each clock, as a stream. XLSX: the numbers, the
issues, their clocks, and every stretch of each clock. Times are the report's zone, lengths are hours."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from contacts.spreadsheets.writing import BOM, Echo, safe
from metrics.reports.customer import Issue, Report, issue_of
from metrics.reports.lines import ClockLine

CHUNK = 200
MOST_ROWS = 1_000_000  # of a sheet: Excel has 1,048,576
Cells = list[Any]


def as_csv(report: Report) -> Iterator[str]:
    writer = csv.writer(Echo())
    zone, language = report.scope.zone, translation.get_language() or "en"
    # The stream runs after the middleware that knows the reader's language and time zone.
    with translation.override(language), timezone.override(zone):
        head = [*_head(report), [], [*_issue_heads(), *_clock_heads()]]
    yield BOM
    for row in head:
        yield writer.writerow([safe(cell) for cell in row])
    for ticket in report.full(report.tickets()).iterator(chunk_size=CHUNK):
        with translation.override(language), timezone.override(zone):
            issue = issue_of(ticket, report.scope.at)
            first = _issue(issue, zone)
            rows = [[*first, *_clock(line, zone)] for line in issue.lines] or [first]
        for row in rows:
            yield writer.writerow([safe(cell) for cell in row])


def as_xlsx(report: Report) -> bytes:
    zone = report.scope.zone
    book = Workbook(write_only=True)
    first = book.create_sheet(_("Numbers"))
    first.column_dimensions["A"].width = 36
    for row in _head(report):
        first.append([_clean(cell) for cell in row])
    issues = _sheet(book, _("Issues"), _issue_heads())
    clocks = _sheet(book, _("Clocks"), [_("Issue"), *_clock_heads()])
    parts = _sheet(book, _("Stretches"), [_("Issue"), _("Clock"), *_part_heads()])
    rows = {"issues": 0, "clocks": 0, "parts": 0}

    def add(name: str, sheet: Any, cells: Cells) -> None:
        rows[name] += 1
        if rows[name] <= MOST_ROWS:
            sheet.append([_clean(cell) for cell in cells])

    for ticket in report.full(report.tickets()).iterator(chunk_size=CHUNK):
        issue = issue_of(ticket, report.scope.at)
        add("issues", issues, _issue(issue, zone))
        for line in issue.lines:
            add("clocks", clocks, [ticket.number, *_clock(line, zone)])
            for part in line.segments:
                add("parts", parts, [ticket.number, line.label, *_part(part, zone)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, title: str, heads: list[str]) -> Any:
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, value=head) for head in heads]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    return sheet


def _head(report: Report) -> Iterable[Cells]:
    scope = report.scope
    yield [_("Customer"), report.customer.name]
    yield [_("Period"), scope.first.isoformat(), scope.last.isoformat(), scope.zone.key]
    yield [_("Prepared"), _moment(scope.at, scope.zone), scope.user.name]
    for number in report.numbers():
        yield [number.label, number.raw if number.raw is not None else "", number.unit, number.note]


def _issue_heads() -> list[str]:
    return [_("Issue"), _("Severity"), _("Subject"), _("State"), _("Reported"), _("Answered"), _("Resolved")]


def _issue(issue: Issue, zone: ZoneInfo) -> Cells:
    ticket = issue.ticket
    moments = (ticket.reported_at, ticket.acknowledged_at, ticket.resolved_at)
    return [
        ticket.number, ticket.severity_id, ticket.subject, ticket.get_status_display(),
        *(_moment(each, zone) for each in moments),
    ]  # fmt: skip


def _clock_heads() -> list[str]:
    return [
        _("Clock"), _("Target"), _("Started"), _("Due"), _("Stopped"), _("Verdict"), _("Over (hours)"),
        _("Counted (hours)"), _("Outside working hours (hours)"), _("Paused (hours)"), _("In words"),
    ]  # fmt: skip


def _clock(line: ClockLine, zone: ZoneInfo) -> Cells:
    clock = line.clock
    return [
        line.label, line.target, *(_moment(each, zone) for each in (clock.started_at, clock.due_at, clock.stopped_at)),
        line.verdict, _hours(line.over), _hours(line.counted), _hours(line.closed), _hours(line.paused), line.words,
    ]  # fmt: skip


def _part_heads() -> list[str]:
    return [_("From"), pgettext("a day", "To"), _("What"), _("Why"), _("Who"), _("Hours")]


def _part(part: dict[str, Any], zone: ZoneInfo) -> Cells:
    ends = _moment(part["from"], zone), _moment(part["to"], zone)
    return [*ends, part["label"], part["why"], part["who"], _hours(part["took"])]


def _moment(when: datetime | None, zone: ZoneInfo) -> str:
    """As spreadsheets read it, on the wall of the report's zone."""
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M:%S}" if when else ""


def _hours(length: timedelta | None) -> float | str:
    return "" if length is None else round(length.total_seconds() / 3600, 4)


def _clean(cell: Any) -> Any:
    return safe(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell
