"""Two small doors of the site itself: the look a person prefers, and the demo's one-click sign-in."""

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from config.context import THEMES

YEAR = 365 * 24 * 3600
DEMO_CAST = ("casey", "morgan", "vera", "admin")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen look in a cookie; no choice means that the device decides."""
    response = redirect(_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@require_POST
def demo_sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as one of the demo's cast. The address does not exist outside the demo."""
    if not settings.DEMO or username not in DEMO_CAST:
        raise Http404
    user = get_object_or_404(get_user_model(), username=username, is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(_back(request, home_of(user)))


def home_of(user: object) -> str:
    """Executives come for what waits for them; everybody else for the queue."""
    return "/escalated/" if getattr(user, "role", "") == "executive" else "/"


def _back(request: HttpRequest, otherwise: str = "/") -> str:
    wanted = request.POST.get("next", "")
    if wanted == "/":  # where everybody begins is no wish
        return otherwise
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else otherwise
