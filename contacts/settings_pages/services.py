"""Accounts for programs: their list, and one more."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from contacts.access import must_configure
from contacts.forms import CardForm, refilled, sent
from contacts.models import User
from contacts.models.people import Role
from contacts.people import add_service


class ServiceForm(CardForm):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("As “Status page” or “CRM import”.")
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=Role.choices,
        help_text=gettext_lazy("What it may do at most; each of its tokens can be narrower."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def services(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    at, form = timezone.now(), ServiceForm(sent(request))
    if request.method == "POST" and form.is_valid():
        by = User.objects.get(username=request.user.get_username())
        service = add_service(**form.cleaned_data, by=by, at=at)
        messages.success(request, _("%(name)s is there. Now make its first token.") % {"name": service.name})
        return redirect("service", service.username)
    live = Q(api_tokens__revoked_at=None) & (Q(api_tokens__expires_at=None) | Q(api_tokens__expires_at__gt=at))
    rows = User.objects.filter(is_service=True).order_by("-is_active", "first_name", "pk")
    rows = rows.annotate(tokens=Count("api_tokens", filter=live), used_at=Max("api_tokens__last_used_at"))
    context = {"form": refilled(request, form), "rows": rows, "at": at}
    return render(request, "contacts/setup/services.html", context, status=400 if form.errors else 200)
