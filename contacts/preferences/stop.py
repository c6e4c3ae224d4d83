"""The link at the foot of an overview that ends it. GET shows, POST acts, also the one that a mail program sends by
itself (RFC 8058), so neither needs a sign-in. What escalates cannot be stopped and carries no such link."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from contacts.models import User

SALT = "contacts.stop"
FLAGS = {"daily": "daily_digest", "weekly": "weekly_digest"}


def stop_path(user: User, overview: str) -> str:
    """`overview`: daily or weekly. Works for good: an old mail must be able to end what it began."""
    return reverse("stop", args=[signing.Signer(salt=SALT).sign_object([user.pk, overview])])


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str, **options: Any) -> HttpResponse:
    user, overview = _read(token)
    if user is None:
        return render(request, "contacts/stop.html", {"problem": True}, status=410)
    flag = FLAGS[overview]
    if request.method == "POST":
        again = request.POST.get("do") == "again"
        User.objects.filter(pk=user.pk).update(**{flag: again})
        setattr(user, flag, again)
    context = {"overview": overview, "comes": getattr(user, flag), "address": user.email, "token": token}
    return render(request, "contacts/stop.html", context)


def _read(token: str) -> tuple[User | None, str]:
    try:
        key, overview = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None, ""
    return User.objects.filter(pk=key, is_active=True).first(), overview
