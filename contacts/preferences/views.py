"""The page on which people arrange Switchback for themselves."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.models import User
from contacts.preferences.desk import Desk
from contacts.preferences.forms import PreferencesForm
from contacts.preferences.look import remember


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody's own: also people who only read tickets. What is wrong stays as it was typed."""
    at = timezone.now()
    mine = User.objects.get(username=request.user.get_username())  # the form writes into it, also what it then refuses
    form = PreferencesForm(request.POST or None, instance=mine, at=at, desk=desk)
    if request.method == "POST" and form.is_valid():
        changed = [name for name in form.changed_data if name in form.Meta.fields]
        with transaction.atomic():
            mine.save(update_fields=changed)
            if form.channels.save(form.cleaned_data):
                changed.append("channels")
            if changed:
                desk.saved(mine, at)
        with translation.override(mine.language or translation.get_language()):
            messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        response = redirect("settings")
        remember(response, mine.theme)
        return response
    tokens = mine.api_tokens.filter(revoked_at=None).order_by("-created_at")[:20]
    status = 400 if form.is_bound else 200
    return render(
        request,
        "contacts/settings.html",
        {"form": form, "channels": form.channels, "tokens": tokens, "at": at, "site_zone": settings.TIME_ZONE},
        status=status,
    )
