"""Two small doors of the site itself: the look a person prefers, and the demo's one-click sign-in."""

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from contacts.models import User
from contacts.preferences import look

DEMO_CAST = ("casey", "morgan", "vera", "admin")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen look, with the person and in this browser; no choice means that the device decides."""
    response = HttpResponseRedirect(_back(request))
    chosen = request.POST.get("theme", "")
    chosen = chosen if chosen in look.THEMES else ""
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(theme=chosen)
    look.remember(response, chosen)
    return response


@require_POST
def demo_sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as one of the demo's cast. The address does not exist outside the demo."""
    if not settings.DEMO or username not in DEMO_CAST:
        raise Http404
    user = get_object_or_404(get_user_model(), username=username, is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    response = HttpResponseRedirect(_back(request, home_of(user)))
    look.bring(response, user)
    return response


@login_required
@require_safe
def to_security(request: HttpRequest) -> HttpResponse:
    """Where allauth sends people after they have changed a factor."""
    return HttpResponseRedirect(reverse("security"))


def home_of(user: object) -> str:
    """Executives come for what waits for them; everybody else for the queue."""
    return "/escalated/" if getattr(user, "role", "") == "executive" else "/"


def _back(request: HttpRequest, otherwise: str = "/") -> str:
    wanted = request.POST.get("next", "")
    if wanted == "/":  # where everybody begins is no wish
        return otherwise
    is_path = wanted.startswith("/") and not wanted.startswith("//")
    return wanted if is_path and url_has_allowed_host_and_scheme(wanted, None) else otherwise
