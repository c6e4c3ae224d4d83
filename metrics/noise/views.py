"""The page that shows whether messages still mean something."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.access import must_manage
from metrics.noise import budget


@login_required
@require_safe
def noise(request: HttpRequest) -> HttpResponse:
    must_manage(request.user)
    at = timezone.now()
    context = {
        "at": at,
        "weeks": budget.week_starts(at, ZoneInfo(settings.TIME_ZONE)),
        "mailboxes": budget.mailboxes(at),
        "executives": budget.interrupted(at),
        "rungs": budget.rungs(at),
        "night": budget.NIGHT,
    }
    return render(request, "metrics/noise.html", context)
