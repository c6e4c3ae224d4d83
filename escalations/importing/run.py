"""A batch: read, checked, and worked off in chunks. The row is the queue: whoever is killed loses one chunk, which is
taken up again from where the row says."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.nudge import nudge_import
from contacts.customers import create_customer
from contacts.models import Customer, User
from contacts.models.history import Source
from contacts.spreadsheets import reading
from contacts.spreadsheets.cells import tidy
from escalations.actors import Actor
from escalations.models import ImportBatch, Ticket
from escalations.site_language import site_language

from .clean import Cleaner, Issue, Known, Problem
from .fields import COLUMNS, SEVERITIES, STATUSES, suggest, suggest_columns
from .make import make

log = structlog.get_logger(__name__)

CHUNK = 500  # issues a transaction
SLICE = 20.0  # seconds of work before another task has its turn
MOST_PROBLEMS = 1000  # that are kept
State = ImportBatch.State
Now = Callable[[], datetime]


# -- reading ---------------------------------------------------------------------------------------------------------


def read_file(data: bytes, *, source: str, name: str, by: User, at: datetime) -> ImportBatch:
    """A new batch of a CSV file, with a suggestion of what stands for what. Raises reading.Unreadable."""
    sheet = reading.read(data, COLUMNS, ())
    rows = [(number, _named(sheet.header, cells)) for number, cells in sheet.rows]
    return keep(rows, source=source, name=name, by=by, at=at)


def keep(rows: list[tuple[int, dict[str, Any]]], *, source: str, name: str, by: User, at: datetime) -> ImportBatch:
    columns = suggest_columns(dict.fromkeys(column for _number, row in rows for column in row))
    options = {"columns": columns, "severities": {}, "statuses": {}, "zone": "", "make_customers": False}
    batch = ImportBatch(source=source, name=name[:120], rows=rows, total=len(rows), created_by=by)
    batch.options, batch.created_at, batch.moved_at = options, at, at
    batch.options |= said_values(batch)
    batch.save()
    return batch


def _named(header: list[str], cells: list[str]) -> dict[str, Any]:
    """By the columns' names. Of columns that are called alike each has its say: a list."""
    row: dict[str, Any] = {}
    for column, cell in zip(header, cells, strict=False):
        cell = tidy(cell) if "\n" not in cell else cell.strip()
        if column and cell and header.count(column) > 1:
            row.setdefault(column, []).append(cell)
        elif column and cell:
            row[column] = cell
    return row


def said_values(batch: ImportBatch) -> dict[str, dict[str, str]]:
    """What the rows say for severity and status, and what that may stand for. What was chosen stays."""
    fields = {field: column for column, field in batch.options.get("columns", {}).items()}
    found = {}
    for name, field, words in (("severities", "severity", SEVERITIES), ("statuses", "status", STATUSES)):
        column = fields.get(field)
        values = {" ".join(str(row[column]).split())[:60]: None for _n, row in batch.rows if column and row.get(column)}
        chosen = batch.options.get(name, {})
        found[name] = {v: chosen.get(v) or found_word for v, found_word in suggest(list(values)[:60], words).items()}
    return found


# -- checking --------------------------------------------------------------------------------------------------------


def check(batch: ImportBatch, *, at: datetime) -> ImportBatch:
    """The dry run: every problem by row and field, what is here already, and how many would come."""
    cleaner, seen = Cleaner(batch.options, Known(), at), dict[str, int]()
    problems: list[Problem] = []
    known = added = 0
    here = set(Ticket.objects.filter(external_source=batch.source).values_list("external_id", flat=True))
    for number, row in batch.rows:
        issue, wrong = cleaner.read(number, row)
        if issue and issue.id in seen:
            what = _("Row %(row)s has the same number.") % {"row": seen[issue.id]}
            wrong, issue = [{"row": number, "field": "id", "what": what}], None
        problems += wrong
        if issue:
            seen[issue.id] = number
            known += issue.id in here
            added += issue.id not in here
    batch.problems, batch.known, batch.added, batch.state = problems[:MOST_PROBLEMS], known, added, State.CHECKED
    batch.moved_at, batch.done = at, 0
    batch.save()
    return batch


def start(batch: ImportBatch, *, at: datetime) -> bool:
    """Ask for it to be worked off, or again after it failed. False if it is under way, or has not been checked."""
    mine = ImportBatch.objects.filter(pk=batch.pk, state__in=(State.CHECKED, State.FAILED))
    begun = mine.update(state=State.RUNNING, moved_at=at, finished_at=None, done=0, added=0, known=0)
    if begun:
        nudge_import()
    return bool(begun)


# -- working ---------------------------------------------------------------------------------------------------------


def work(now: Now = timezone.now, *, patience: float = SLICE) -> None:
    """Take up what was asked for, for one slice. One query when there is nothing to do."""
    deadline = time.monotonic() + patience
    for key in ImportBatch.objects.filter(state=State.RUNNING).order_by("moved_at").values_list("pk", flat=True):
        known: Known | None = None
        try:
            while time.monotonic() < deadline:
                known = known or Known()
                if not _chunk(key, known, now()):
                    break
        except Exception:
            log.exception("import failed", batch=key)
            ImportBatch.objects.filter(pk=key).update(state=State.FAILED, finished_at=now())


@transaction.atomic
def _chunk(key: int, known: Known, at: datetime) -> bool:
    """The next rows and how far it has come, together; False if nothing is left. Of two at once one waits."""
    batch = ImportBatch.objects.select_for_update().select_related(None).get(pk=key)
    if batch.state != State.RUNNING:
        return False
    rows = batch.rows[batch.done : batch.done + CHUNK]
    cleaner = Cleaner(batch.options, known, at)
    with site_language():
        issues = [issue for number, row in rows if (issue := cleaner.read(number, row)[0])]
        added = _new(batch, issues, known, at)
    batch.known += len({issue.id for issue in issues}) - added
    batch.added += added
    batch.done, batch.moved_at = batch.done + len(rows), at
    columns = ["known", "added", "done", "moved_at"]
    if batch.done >= len(batch.rows):
        # What was read is personal data, and has done its service.
        batch.state, batch.finished_at, batch.rows = State.DONE, at, []
        columns += ["state", "finished_at", "rows"]
    batch.save(update_fields=columns)
    return batch.state == State.RUNNING


def _new(batch: ImportBatch, issues: list[Issue], known: Known, at: datetime) -> int:
    by_id = {issue.id: issue for issue in reversed(issues)}
    here = Ticket.objects.filter(external_source=batch.source, external_id__in=by_id)
    gone = set(here.values_list("external_id", flat=True))
    new = [issue for each, issue in by_id.items() if each not in gone]
    for issue in new:
        if isinstance(issue.customer, str):
            issue.customer = _customer(issue.customer, known, batch.created_by, at)
    make(list(reversed(new)), source=batch.source, by=Actor.of(batch.created_by), at=at)
    return len(new)


def _customer(name: str, known: Known, by: User, at: datetime) -> Customer:
    if found := known.customers.get(name.lower()):
        return found
    customer = create_customer(values={"name": name}, by=by, at=at, source=Source.IMPORT)
    known.learn(customer)
    return customer
