"""Health for machines: is the process there, is the database, is the engine; and numbers for Prometheus."""

from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config import numbers, watch

_is_migrated = False  # once true it stays true: a later release is another process


@require_safe
def process(request: HttpRequest) -> HttpResponse:
    """This process answers. Looks at nothing else, so that a load balancer never kills it for another's fault."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and has every table."""
    try:
        problem = "" if _migrated() else "Migrations are missing: run manage.py migrate."
    except DatabaseError as error:
        problem = f"The database does not answer: {type(error).__name__}."
    return _answer([problem] if problem else [])


@require_safe
def engine(request: HttpRequest) -> JsonResponse:
    """503 with the reasons when escalations may be late. Never a liveness probe for the web."""
    try:
        return _answer(watch.engine(timezone.now()).problems)
    except DatabaseError as error:
        return _answer([f"The database does not answer: {type(error).__name__}."])


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse(numbers.exposition(timezone.now()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _answer(problems: list[str]) -> JsonResponse:
    response = JsonResponse({"ok": not problems, "problems": problems}, status=503 if problems else 200)
    response["Cache-Control"] = "no-store"
    return response


def _migrated() -> bool:
    global _is_migrated
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _is_migrated:
        executor = MigrationExecutor(connection)
        _is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _is_migrated
