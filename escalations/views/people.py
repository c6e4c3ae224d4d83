"""The names that can be mentioned, for the list that opens under an @."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from contacts.models import User

MOST = 2000


@login_required
@require_safe
@cache_control(private=True, max_age=60)
def people(request: HttpRequest) -> JsonResponse:
    """Everybody else who may sign in, by name: [username, full name]."""
    active = (
        User.objects.filter(is_active=True)
        .exclude(username=request.user.get_username())
        .order_by("first_name", "last_name", "username")
    )
    return JsonResponse({"people": [[user.username, user.name] for user in active[:MOST]]})
