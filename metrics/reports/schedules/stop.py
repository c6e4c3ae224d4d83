"""The link at the foot of a report that ends it for its reader. GET shows, POST acts, also the one that a mail program
sends by itself (RFC 8058), so neither needs a sign-in. Who has stopped it gets it again when somebody who manages
reports chooses them again."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from contacts.models import User
from metrics.models import ReportSchedule

SALT = "metrics.reports.stop"


def stop_path(user: User, schedule: ReportSchedule) -> str:
    """Works for good: an old mail must be able to end what it began."""
    return reverse("report-stop", args=[signing.Signer(salt=SALT).sign_object([user.pk, schedule.pk])])


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    user, schedule = _read(token)
    if user is None:
        return render(request, "metrics/reports/stop.html", {"problem": True}, status=410)
    if request.method == "POST" and schedule:
        schedule.people.remove(user)
    comes = bool(schedule and schedule.people.filter(pk=user.pk).exists())
    return render(request, "metrics/reports/stop.html", {"schedule": schedule, "comes": comes, "address": user.email})


def _read(token: str) -> tuple[User | None, Any]:
    try:
        key, schedule = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None, None
    user = User.objects.filter(pk=key, is_active=True).first()
    return user, ReportSchedule.objects.filter(pk=schedule).first()
