"""Working hours: a week, holidays, days with other hours; and when they are open next."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.access import must_configure
from contacts.forms import refilled, sent
from contacts.models import User
from escalations.forms.protocol.base import NEW, new_key
from escalations.models import Calendar, Severity
from escalations.protocol.content import Content
from escalations.protocol.errors import BadContent, LostUpdate
from escalations.settings_pages.forms import EMPTY, CalendarForm
from escalations.settings_pages.saving import Standing, save, standing
from escalations.worktime import WorkCalendar, WorktimeError

AHEAD = timedelta(days=14)  # that are previewed
STRETCHES = 10


@login_required
@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    at = timezone.now()
    used: dict[int, list[str]] = {}
    for code, main, response in Severity.objects.order_by("code").values_list("code", "calendar", "response_calendar"):
        for key in {main, response} - {None}:
            used.setdefault(key, []).append(code)
    rows = [
        {"calendar": row, "used": used.get(row.pk, []), "opens": _opens(row.worktime(), at)}
        for row in Calendar.objects.all()
    ]
    return render(request, "escalations/setup/calendars.html", {"rows": rows, "at": at})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    blank = EMPTY | {"timezone": timezone.get_default_timezone_name()}
    form = CalendarForm(sent(request), draft=Standing({"calendars": {NEW: blank}}, 0))
    if (response := _saved(request, form, NEW, None)) is not None:
        return response
    return _page(request, form, _("Add working hours"), NEW)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    must_configure(request.user)

    def narrow(content: Content) -> Content:
        if slug not in content["calendars"]:
            raise Http404(_("There are no such working hours."))
        return {"calendars": {slug: content["calendars"][slug]}}

    form, lost = CalendarForm(sent(request), draft=standing(narrow)), ""
    name = form.content["calendars"][slug]["name"]
    try:
        if (
            response := _saved(request, form, slug, form.opened if form.is_bound and form.is_valid() else None)
        ) is not None:
            return response
    except LostUpdate as error:
        form, lost = form.caught_up(standing(narrow)), error.message  # type: ignore[assignment]
    return _page(request, form, name, slug, lost=lost)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Clocks that run keep these hours; severities must count in others first."""
    must_configure(request.user)

    def without(content: Content) -> Content:
        return content | {"calendars": {key: row for key, row in content["calendars"].items() if key != slug}}

    try:
        save(without, by=_me(request), at=timezone.now())
    except BadContent:
        messages.warning(request, _("A severity still counts in these hours. Give it others first."))
        return redirect("desk-calendar", slug)
    messages.success(request, _("Removed. Clocks that run keep their hours."))
    return redirect("desk-calendars")


def _saved(request: HttpRequest, form: CalendarForm, slug: str, opened: int | None) -> HttpResponse | None:
    """Where to go on; None if there is nothing to save yet, or if it cannot be: the form says why."""
    if request.method != "POST" or "preview" in request.POST or not form.is_valid():
        return None
    made, named = form.typed(), slug

    def change(content: Content) -> Content:
        nonlocal named
        named = new_key(made["name"], content["calendars"]) if slug == NEW else slug
        rest = content["calendars"]
        if made["default"]:
            rest = {key: row | {"default": False} for key, row in rest.items()}
        return content | {"calendars": rest | {named: made}}

    try:
        save(change, by=_me(request), at=timezone.now(), opened=opened)
    except BadContent as bad:
        bad.errors = {
            path.replace(f"calendars.{named}", f"calendars.{slug}", 1): why for path, why in bad.errors.items()
        }
        form.refuse_content(bad)
        return None
    messages.success(request, _("Saved. It holds for clocks that begin from now on."))
    return redirect("desk-calendar", named)


def _page(request: HttpRequest, form: Any, name: str, slug: str, lost: str = "") -> HttpResponse:
    at = timezone.now()
    typed = form.is_bound and form.is_valid() and "preview" in request.POST
    worktime = form.worktime() if typed else None
    if not typed and slug != NEW and (row := Calendar.objects.filter(slug=slug).first()):
        worktime = row.worktime()
    context = {
        "form": refilled(request, form),
        "name": name,
        "slug": "" if slug == NEW else slug,
        "lost": lost,
        "is_preview": typed,
        "is_nonsense": typed and worktime is None,
        "opens": _opens(worktime, at) if worktime else [],
        "is_always": bool(worktime and worktime.always_open),
    }
    status = 409 if lost else 400 if form.is_bound and form.errors else 200
    return render(request, "escalations/setup/calendar.html", context, status=status)


def _opens(worktime: WorkCalendar, at: datetime) -> list[tuple[datetime, datetime]]:
    """The next stretches of open hours, on the wall of the calendar's own zone; the first may be later than usual."""
    try:
        start = worktime.next_opening(at)
        stretches = list(worktime.open_intervals(start, start + AHEAD))
    except WorktimeError:
        return []
    return [(a.astimezone(worktime.zone), b.astimezone(worktime.zone)) for a, b in stretches[:STRETCHES]]


def _me(request: HttpRequest) -> User:
    return User.objects.get(username=request.user.get_username())
