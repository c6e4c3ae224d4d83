"""Scheduled reports: a list, new, change, pause, delete, "send me one now". For managers and administrators."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.access import must_manage
from contacts.forms import refilled, sent
from contacts.models import Team, User
from escalations.access import customers_for
from metrics.models import ReportSchedule
from metrics.reports.schedules.form import ScheduleForm, blank, initial
from metrics.reports.schedules.make import reached, send_now
from metrics.scope import NOBODY

PAGE_SIZE = 30
ANYTHING = 2**63 - 1


@login_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    must_manage(request.user)
    found = ReportSchedule.objects.select_related("customer", "created_by").prefetch_related(reached())
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    filters = filters_of(page, request.user)
    lines = [{"schedule": each, "people": list(each.people.all()), "filters": filters[each.pk]} for each in page]
    return render(request, "metrics/reports/list.html", {"page": page, "lines": lines})


def filters_of(schedules: Iterable[ReportSchedule], user: Any) -> dict[int, str]:
    """By key, in words: `Severity: P1, Owner: Casey Moreno`. Three queries at most, for all of them."""
    asked = {schedule.pk: QueryDict(schedule.query) for schedule in schedules}
    names: dict[tuple[str, str], Any] = {("team", NOBODY): _("No team"), ("owner", NOBODY): _("Nobody")}
    for name, rows, column in (
        ("team", Team.objects.all(), "slug"),
        ("customer", customers_for(user), "slug"),
        ("owner", User.objects.all(), "username"),
    ):
        if keys := {query[name] for query in asked.values() if query.get(name)} - {NOBODY}:
            found = rows.filter(**{f"{column}__in": keys}).values_list(column, "name")
            names |= {(name, key): words for key, words in found}
    labels = {"severity": _("Severity"), "team": _("Team"), "customer": _("Customer"), "owner": _("Owner")}
    return {
        key: ", ".join(
            f"{label}: {names.get((name, query[name]), query[name])}"
            for name, label in labels.items()
            if query.get(name)
        )
        for key, query in asked.items()
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    must_manage(request.user)
    user: Any = request.user
    at = timezone.now()
    first = blank(request.GET, user, ZoneInfo(user.time_zone or settings.TIME_ZONE).key)
    form = ScheduleForm(sent(request), schedule=ReportSchedule(created_by=user, created_at=at), first=first, at=at)
    return _edit(request, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Of two people who change one report, the second is told (409)."""
    must_manage(request.user)
    with transaction.atomic():
        schedule = _or_404(key, lock=request.method == "POST")
        form = ScheduleForm(sent(request), schedule=schedule, first=initial(schedule), at=timezone.now())
        return _edit(request, form)


def _edit(request: HttpRequest, form: ScheduleForm) -> HttpResponse:
    status = 400 if form.is_bound else 200
    if request.method != "POST":
        form = refilled(request, form)
    elif form.is_valid() and form.schedule.pk and form.is_overtaken:
        form.say_so(
            _("Somebody has changed this report meanwhile. What you typed is still below; save it if it is right.")
        )
        status = 409
    elif not form.errors:
        with transaction.atomic():
            schedule = form.filled()
            schedule.save()
            schedule.people.set([int(key) for key in form.cleaned_data["people"]])
        messages.success(request, _("“%(name)s” is saved.") % {"name": schedule.name})
        return redirect("reports")
    return render(request, "metrics/reports/form.html", {"form": form, "schedule": form.schedule}, status=status)


@login_required
@require_POST
def pause(request: HttpRequest, key: int) -> HttpResponse:
    """`do`: pause, or go on."""
    must_manage(request.user)
    schedule = _or_404(key)
    schedule.paused = request.POST.get("do") != "resume"
    schedule.save(update_fields=["paused"])
    words = _("“%(name)s” is paused.") if schedule.paused else _("“%(name)s” is sent again, from its next time on.")
    messages.success(request, words % {"name": schedule.name})
    return redirect("reports")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, key: int) -> HttpResponse:
    """Asks first."""
    must_manage(request.user)
    schedule = _or_404(key)
    if request.method == "POST":
        schedule.delete()
        messages.success(request, _("“%(name)s” is deleted.") % {"name": schedule.name})
        return redirect("reports")
    return render(request, "metrics/reports/delete.html", {"schedule": schedule})


@login_required
@require_POST
def now(request: HttpRequest, key: int) -> HttpResponse:
    must_manage(request.user)
    schedule, user = _or_404(key), request.user
    if send_now(schedule, user, timezone.now()):  # type: ignore[arg-type]
        messages.success(request, _("“%(name)s” is on its way to you.") % {"name": schedule.name})
    else:
        messages.error(request, _("It cannot be sent: there is no address of yours, or it cannot be written."))
    return redirect("reports")


def _or_404(key: int, *, lock: bool = False) -> ReportSchedule:
    found = ReportSchedule.objects.select_related("customer", "created_by")
    found = found.select_for_update(of=("self",)) if lock else found
    schedule = found.filter(pk=min(key, ANYTHING)).first()
    if schedule is None:
        raise Http404(_("This report is not there any more."))
    return schedule
