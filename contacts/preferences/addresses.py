"""One's own Slack and webhook addresses: a test, and a new secret."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from contacts.models import ChannelAddress, User
from contacts.preferences.desk import Desk


@login_required
@require_POST
def test(request: HttpRequest, channel: str, desk: Desk) -> HttpResponse:
    """Of the address as it is saved. Leads to the message, which says what became of it."""
    user = User.objects.get(username=request.user.get_username())
    _own(user, channel)
    messages.success(request, _("The test is on its way. Look again in a moment to see what became of it."))
    return redirect(desk.test(user, channel, timezone.now()))


@login_required
@require_POST
@never_cache
def secret(request: HttpRequest, desk: Desk, **options: Any) -> HttpResponse:
    """A new one, shown this once. From now on it signs, so the other side needs it at once."""
    user = User.objects.get(username=request.user.get_username())
    address = _own(user, "webhook")
    address.secret = desk.new_secret()
    address.save(update_fields=["secret"])
    return render(request, "contacts/secret.html", {"secret": address.secret, "url": address.url})


def _own(user: User, channel: str) -> ChannelAddress:
    return get_object_or_404(ChannelAddress, user=user, channel=channel)
