"""Long lists in one answer, streamed: a few hundred rows are in memory at a time, however many there are."""

import csv
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from config.rest.fields import Choice
from contacts.spreadsheets.writing import Echo, safe

Shown = Callable[[Any], dict[str, Any]]
AT_ONCE = 500
LINES, TABLE = "application/x-ndjson", "text/csv"
KINDS = {"ndjson": LINES, "csv": TABLE}


class Lines(JSONRenderer):
    """Refusals are JSON, whatever was asked for."""

    media_type = LINES


class Table(JSONRenderer):
    media_type = TABLE


RENDERERS = [Lines, Table, JSONRenderer]


class Export(Choice):
    """The parameter `format`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(list(KINDS), required=False, help_text="Left out, `Accept` says it; else `ndjson`.", **kwargs)


def streamed(
    request: Request,
    rows: QuerySet[Any],
    shown: Shown,
    *,
    kind: str | None,
    name: str,
    as_cells: Callable[[dict[str, Any]], dict[str, Any]] = lambda row: row,
) -> HttpResponse | StreamingHttpResponse:
    """All `rows` in the order of their keys, as they are while being read. `as_cells` gives each the same columns."""
    media_type = KINDS[kind] if kind else _accepted(request)
    lines = _table(rows, shown, as_cells) if media_type == TABLE else _lines(rows, shown)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{"csv" if media_type == TABLE else "ndjson"}"'}
    content_type = f"{media_type}; charset=utf-8"
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type, headers=headers)
    return StreamingHttpResponse(lines, content_type=content_type, headers=headers)


def _accepted(request: Request) -> str:
    return TABLE if getattr(request, "accepted_media_type", "").startswith(TABLE) else LINES


def _in_chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """By key and not by a cursor of the database: no transaction stays open while somebody reads slowly."""
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield found
        if len(found) < AT_ONCE:
            return
        last = found[-1].pk


def _lines(rows: QuerySet[Any], shown: Shown) -> Iterator[bytes]:
    for found in _in_chunks(rows):
        yield "".join(json.dumps(shown(row), ensure_ascii=False, default=str) + "\n" for row in found).encode()


def _table(rows: QuerySet[Any], shown: Shown, as_cells: Shown) -> Iterator[bytes]:
    writer: Any = csv.writer(Echo())
    columns: list[str] = []
    for found in _in_chunks(rows):
        flat = [_flat(as_cells(shown(row))) for row in found]
        head = [] if columns else [columns := list(flat[0])]
        cells = ([safe(row.get(column)) for column in columns] for row in flat)
        yield "".join(map(writer.writerow, [*head, *cells])).encode()


def _flat(row: dict[str, Any], above: str = "") -> dict[str, Any]:
    """{"reporter": {"name": …}} is the column "reporter.name"; a list is JSON."""
    cells: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            cells |= _flat(value, f"{above}{name}.")
        else:
            cells[above + name] = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
    return cells
