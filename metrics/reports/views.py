"""A customer's SLA report as a page to print and as files. Everybody who may see the customer may read it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.access import customer_or_404
from metrics.reports import sheets
from metrics.reports.customer import Report
from metrics.reports.days import choices, scope_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    found = _report(request, slug)
    scope = found.scope
    page = found.page(request.GET.get("page"))
    with timezone.override(scope.zone):
        context = {
            "report": found,
            "scope": scope,
            "customer": found.customer,
            "at": scope.at,
            "numbers": found.numbers(),
            "page": page,
            "issues": found.issues(page.object_list),
            "choices": choices(scope),
            "query": _query(found),
        }
        return render(request, "metrics/reports/customer.html", context)


@login_required
@require_safe
def as_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    found = _report(request, slug)
    answer = StreamingHttpResponse(sheets.as_csv(found), content_type="text/csv; charset=utf-8")
    return _file(answer, found, "csv")


@login_required
@require_safe
def as_xlsx(request: HttpRequest, slug: str) -> HttpResponse:
    found = _report(request, slug)
    return _file(HttpResponse(sheets.as_xlsx(found), content_type=XLSX), found, "xlsx")


def _report(request: HttpRequest, slug: str) -> Report:
    customer = customer_or_404(request.user, slug)
    return Report(scope_of(request.GET, request.user, customer, timezone.now()))


def _query(report: Report) -> str:
    """The same days again, for the files."""
    zone = dict(report.scope.params()).get("zone")
    days = f"from={report.scope.first.isoformat()}&to={report.scope.last.isoformat()}"
    return f"{days}&zone={zone}" if zone else days


def _file(answer: Any, report: Report, ending: str) -> Any:
    scope = report.scope
    name = f"sla-{report.customer.slug}-{scope.first.isoformat()}-{scope.last.isoformat()}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
