"""The dashboard and what belongs to it. Everybody who is signed in may look; managers set goals."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.access import must_manage
from contacts.forms import refilled, sent
from metrics.board import board
from metrics.dashboard import goals, sheets
from metrics.dashboard.filters import DashboardFilters
from metrics.dashboard.page import page_of
from metrics.figure_words import DERIVED
from metrics.figures import FIGURES
from metrics.scope import Scope

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """`?wall=1` is for a screen on the wall: large, dark, no navigation, and it loads itself anew."""
    wall = request.GET.get("wall") == "1"
    context = page_of(board(_scope(request)), request.user)
    if wall:
        return render(request, "metrics/dashboard/wall.html", {**context, "theme": "dark"})
    return render(request, "metrics/dashboard/page.html", context)


@login_required
@require_safe
def filters(request: HttpRequest) -> HttpResponse:
    """The form; sent (`go`), it leads to the dashboard, or says what it did not understand."""
    scope = _scope(request)
    form = DashboardFilters(scope, request.GET if "go" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect(form.url())
    kept = [(name, value) for name, value in scope.params() if name not in form.fields]
    return render(request, "metrics/dashboard/filters.html", {"form": form, "kept": kept, "back": scope.url()})


@login_required
@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """What every number counts, in words: the registry itself."""
    return render(
        request, "metrics/dashboard/definitions.html", {"derived": DERIVED, "figures": list(FIGURES.values())}
    )


@login_required
@require_safe
def export_csv(request: HttpRequest) -> HttpResponse:
    return _file(request, sheets.as_csv(board(_scope(request))), "text/csv; charset=utf-8", "csv")


@login_required
@require_safe
def export_xlsx(request: HttpRequest) -> HttpResponse:
    return _file(request, sheets.as_xlsx(board(_scope(request))), XLSX, "xlsx")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def set_goals(request: HttpRequest) -> HttpResponse:
    must_manage(request.user)
    form = goals.GoalsForm(sent(request), initial=goals.as_typed(goals.current()))
    if request.method == "POST":
        if form.is_valid():
            goals.set_goals(dict(form.goals()), request.user, timezone.now())
            messages.success(request, _("The goals are set."))
            return redirect("dashboard")
    else:
        form = refilled(request, form)
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "metrics/dashboard/goals.html", {"form": form}, status=status)


def _scope(request: HttpRequest) -> Scope:
    return Scope.read(request.GET, request.user, timezone.now())


def _file(request: HttpRequest, content: Any, kind: str, ending: str) -> HttpResponse:
    name = f"dashboard-{timezone.localdate():%Y-%m-%d}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)
