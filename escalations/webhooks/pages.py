"""The endpoints: their list, one of them, and what an administrator does with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.nudge import nudge_webhooks
from contacts.access import must_configure
from contacts.forms import refilled, sent
from contacts.models import User
from escalations.webhooks import arranging
from escalations.webhooks.forms import EndpointForm
from escalations.webhooks.kinds import KINDS
from templates_app.models import WebhookDelivery, WebhookEndpoint
from templates_app.webhooks import deliveries, endpoints

State = WebhookDelivery.State


@login_required
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    waiting = Count("deliveries", filter=Q(deliveries__state=State.WAITING))
    rows = WebhookEndpoint.objects.select_related("team").annotate(
        waiting=waiting, newest=Max("deliveries__created_at")
    )
    context = {"rows": rows, "at": timezone.now(), "kinds": len(KINDS), "is_full": len(rows) >= endpoints.MOST}
    return render(request, "escalations/webhooks/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    form = EndpointForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            endpoint = arranging.add(form.cleaned_data, by=me(request), at=timezone.now())
        except ValidationError as error:
            form.refuse(error)
        else:
            return redirect("webhook-secret", endpoint.pk)
    context = {"form": refilled(request, form), "kinds": KINDS}
    return render(request, "escalations/webhooks/edit.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = endpoint_or_404(request, pk)
    form = EndpointForm(sent(request), endpoint=endpoint)
    if request.method == "POST" and form.is_valid():
        try:
            arranging.change(endpoint, form.cleaned_data, by=me(request), at=timezone.now())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("webhook", endpoint.pk)
    context = {"form": refilled(request, form), "endpoint": endpoint}
    return render(request, "escalations/webhooks/edit.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
@never_cache
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest one, to whoever made it, within ten minutes: nobody reads it after that."""
    endpoint = endpoint_or_404(request, pk)
    at = timezone.now()
    plain = endpoints.secret_for(endpoint, request.user.pk, at)
    context = {"endpoint": endpoint, "secret": plain, "until": endpoints.old_one_signs_until(endpoint, at), "at": at}
    return render(request, "escalations/webhooks/secret.html", context)


@login_required
@require_POST
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = endpoint_or_404(request, pk)
    arranging.rotate(endpoint, by=me(request), at=timezone.now())
    return redirect("webhook-secret", endpoint.pk)


@login_required
@require_POST
def switch(request: HttpRequest, pk: int, how: str) -> HttpResponse:
    endpoint = endpoint_or_404(request, pk)
    arranging.switch(endpoint, on=how == "on", by=me(request), at=timezone.now())
    words = _("Switched on.") if how == "on" else _("Switched off. What still waited can be sent again by hand.")
    messages.success(request, words)
    return redirect("webhook", endpoint.pk)


@login_required
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = endpoint_or_404(request, pk)
    if endpoint.disabled_at:
        messages.warning(request, _("It is switched off. Switch it on first."))
        return redirect("webhook", endpoint.pk)
    delivery = deliveries.ping(endpoint, timezone.now())
    nudge_webhooks()
    messages.success(request, _("The test is on its way. Look again in a moment to see what became of it."))
    return redirect("webhook-delivery", endpoint.pk, delivery.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = endpoint_or_404(request, pk)
    if request.method == "POST":
        arranging.remove(endpoint, by=me(request), at=timezone.now())
        messages.success(request, _("The webhook “%(name)s” is gone.") % {"name": endpoint.name})
        return redirect("webhooks")
    waiting = endpoint.deliveries.filter(state=State.WAITING).count()
    return render(request, "escalations/webhooks/remove.html", {"endpoint": endpoint, "waiting": waiting})


def endpoint_or_404(request: HttpRequest, pk: int) -> WebhookEndpoint:
    must_configure(request.user)
    rows: Any = WebhookEndpoint.objects.select_related("team")
    return get_object_or_404(rows, pk=min(pk, 2**63 - 1))


def me(request: HttpRequest) -> User:
    return User.objects.get(username=request.user.get_username())
