"""The coverage of the next days, drills, and the page behind a drill's link."""

import hashlib
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.access import must_manage
from contacts.forms import refilled, sent
from contacts.models import User
from escalations.errors import NotAllowed
from escalations.links import LinkProblem
from escalations.models import Drill
from escalations.reach import drill as drills
from escalations.reach.coverage import coverage as look
from escalations.reach.forms import DrillForm

PAGE_SIZE = 15
ASKED = ~Q(calls__address="")


@login_required
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    ahead = look(timezone.now())
    days, rows = ahead.calendar()
    context = {"ahead": ahead, "days": days, "rows": rows, "unproven": ahead.unproven}
    return render(request, "escalations/reach/coverage.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def all_drills(request: HttpRequest) -> HttpResponse:
    """Earlier ones, and for managers the form for another."""
    form, refusal, status = DrillForm(sent(request)), "", 200
    if request.method == "POST":
        must_manage(request.user)
        status = 400
        if form.is_valid():
            try:
                return _started(request, form)
            except NotAllowed as refused:
                refusal, status = refused.message, 409
    else:
        form = refilled(request, form)
    counted = Drill.objects.select_related("team", "by").annotate(
        asked=Count("calls", filter=ASKED), confirmed=Count("calls", filter=Q(calls__confirmed_at__isnull=False))
    )
    page = Paginator(counted.order_by("-at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "refusal": refusal, "at": timezone.now()}
    return render(request, "escalations/reach/drills.html", context, status=status)


def _started(request: HttpRequest, form: DrillForm) -> HttpResponse:
    given = form.cleaned_data
    drill = drills.start(
        team=given["team"],
        first_only=given["scope"] == "first",
        through_quiet=given["through_quiet"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("Test messages are on their way."))
    return redirect("drill", drill.pk)


@login_required
@require_safe
def one_drill(request: HttpRequest, key: int) -> HttpResponse:
    """The page; with `v`, its list alone, or 204 if it is still as `v` says."""
    drill = Drill.objects.select_related("team", "by").filter(pk=min(key, 2**63 - 1)).first()
    if drill is None:
        raise Http404(_("There is no such test."))
    lines = drills.progress(drill)
    seen = [(each.call.pk, each.state, each.at) for each in lines]
    version = hashlib.sha256(repr(seen).encode()).hexdigest()[:12]
    part = request.headers.get("Fragment") and "v" in request.GET
    if part and request.GET["v"] == version:
        return HttpResponse(status=204)
    asked = [line for line in lines if line.state != "skipped"]
    context: dict[str, Any] = {
        "drill": drill,
        "lines": lines,
        "version": version,
        "at": timezone.now(),
        "asked": len(asked),
        "confirmed": sum(line.state == "confirmed" for line in asked),
        "missing": [line for line in asked if line.state != "confirmed"],
    }
    name = "_drill_live.html" if part else "drill.html"
    return render(request, f"escalations/reach/{name}", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of a test message. GET only shows, so that a mail scanner confirms nothing; twice is as once."""
    try:
        calls = drills.read_token(token)
    except LinkProblem as problem:
        return render(request, "escalations/reach/confirm_problem.html", {"problem": problem.message}, status=410)
    user = User.objects.filter(email__iexact=calls[0].address, is_active=True).first()
    zone, language = getattr(user, "time_zone", ""), getattr(user, "language", "")
    with (
        timezone.override(ZoneInfo(zone) if zone else None),
        translation.override(language or translation.get_language()),
    ):
        if request.method == "POST":
            drills.confirm(calls, timezone.now())
            return redirect("drill-confirm", token)
        at = timezone.now()
        context = {"calls": calls, "call": calls[0], "drill": calls[0].drill, "at": at}
        return render(request, "escalations/reach/confirm.html", context | {"zone": timezone.localtime(at).tzname()})
