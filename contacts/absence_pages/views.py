"""Who is away: one's own days for everybody, everybody's for managers and administrators."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.absence_pages import agenda
from contacts.absence_pages.forms import AbsenceForm
from contacts.absences import (
    delegate_of,
    hold,
    is_of,
    may_change,
    name_of,
    remove_absence,
    save_absence,
    who_of,
    zone_of,
)
from contacts.access import must_work
from contacts.forms import refilled, sent
from contacts.models import Absence
from contacts.models.people import Role

PAGE_SIZE = 30
RELATED = ("user", "contact__user", "delegate__user", "delegate_user")


@login_required
@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    at, user = timezone.now(), request.user
    seen = _seen_by(user)
    past = bool(request.GET.get("past"))
    rows = seen.filter(ends_at__lte=at).order_by("-starts_at", "-pk") if past else _coming(seen, at)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    window = _coming(seen, at - timedelta(days=7)).filter(starts_at__lt=at + timedelta(days=7 * agenda.WEEKS + 1))
    days, people = agenda.calendar([] if past else window[:500], at)
    context = {
        "page": page,
        "lines": [agenda.line(absence, user, at) for absence in page.object_list],
        "past": past,
        "days": days,
        "people": people,
        "sees_all": _sees_all(user),
    }
    return render(request, "contacts/absences/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    must_work(request.user)
    user: Any = request.user
    return _edit(request, Absence(user=user))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Of two people who change one absence, the second is told what the first has made of it (409)."""
    if request.method != "POST":
        return _edit(request, _mine_to_change(request, key))
    with transaction.atomic():
        hold(min(key, 2**63 - 1))
        return _edit(request, _mine_to_change(request, key))


@login_required
@require_POST
def remove(request: HttpRequest, key: int) -> HttpResponse:
    absence = _mine_to_change(request, key)
    name = name_of(who_of(absence))
    remove_absence(absence)
    messages.success(request, _("Removed. %(name)s is told again.") % {"name": name})
    return redirect("absences")


def _edit(request: HttpRequest, absence: Absence) -> HttpResponse:
    """What is wrong is said beside the field, and what was typed stays."""
    user: Any = request.user
    form = AbsenceForm(sent(request), absence=absence, of=None if user.may_manage else user)
    status = 400 if form.is_bound else 200
    if request.method != "POST":
        form = refilled(request, form)
    elif form.is_valid() and form.is_overtaken:
        form.say_so(_overtaken(absence))
        status = 409
    elif not form.errors:
        try:
            saved = save_absence(form.filled())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _said(saved, user))
            return redirect("absences")
    zone = str(zone_of(who_of(absence) or user)).replace("_", " ")
    context = {"form": form, "absence": absence if absence.pk else None, "zone": zone}
    return render(request, "contacts/absences/form.html", context, status=status)


def _overtaken(absence: Absence) -> str:
    words = _(
        "Somebody has changed this absence meanwhile. It reads now: %(days)s; who stands in: %(name)s. "
        "What you typed is still below. Save again if it is right."
    )
    return words % {"days": agenda.days_of(absence), "name": name_of(delegate_of(absence)) or _("Nobody in particular")}


def _said(absence: Absence, user: Any) -> str:
    days = {"days": agenda.days_of(absence), "name": name_of(who_of(absence))}
    if is_of(absence, user):
        return _("You are away: %(days)s.") % days
    return _("%(name)s is away: %(days)s.") % days


def _sees_all(user: Any) -> bool:
    return bool(user.may_manage or user.role == Role.AUDITOR)


def _seen_by(user: Any) -> QuerySet[Absence]:
    rows = Absence.objects.select_related(*RELATED)
    return rows if _sees_all(user) else rows.filter(Q(user=user) | Q(contact__user=user))


def _coming(rows: QuerySet[Absence], at: datetime) -> QuerySet[Absence]:
    return rows.filter(ends_at__gt=at).order_by("starts_at", "pk")


def _mine_to_change(request: HttpRequest, key: int) -> Absence:
    absence = _seen_by(request.user).filter(pk=min(key, 2**63 - 1)).first()
    if absence is None:
        raise Http404(_("This absence is not there any more."))
    if not may_change(request.user, absence):
        raise PermissionDenied(_("You can read here, but not change anything."))
    return absence
