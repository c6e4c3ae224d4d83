"""What was changed about the desk: who, when, from what, to what."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.access import must_see_changes
from contacts.models import DeskChange
from contacts.models.changes import Area

PAGE_SIZE = 50


@login_required
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """The latest first; `?area=` shows one kind alone."""
    must_see_changes(request.user)
    area = request.GET.get("area", "")
    rows = DeskChange.objects.select_related("by")
    rows = rows.filter(area=area) if area in Area.values else rows
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "area": area, "areas": Area.choices, "at": timezone.now()}
    return render(request, "contacts/setup/changes.html", context)
