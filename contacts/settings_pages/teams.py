"""Teams: the list with one more, and one of them."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from contacts.access import must_configure
from contacts.forms import CardForm, refilled, sent
from contacts.models import Team, User
from contacts.teams import add_team, remove_team, rename_team, used_by

MEMBERS = 100


class TeamForm(CardForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    form = TeamForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            team = add_team(form.cleaned_data["name"], by=_me(request), at=timezone.now())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The team %(name)s is there.") % {"name": team.name})
            return redirect("desk-teams")
    people = Count("members", filter=Q(members__is_active=True), distinct=True)
    rows = Team.objects.annotate(people=people, accounts=Count("customers", distinct=True))
    context = {"form": refilled(request, form), "rows": rows.order_by("name")}
    return render(request, "contacts/setup/teams.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, slug: str) -> HttpResponse:
    must_configure(request.user)
    found = get_object_or_404(Team, slug=slug)
    form = TeamForm(sent(request), initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_team(found, form.cleaned_data["name"], by=_me(request), at=timezone.now())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk-teams")
    members = found.members.filter(is_active=True).order_by("first_name", "pk")[:MEMBERS]
    context = {"team": found, "form": refilled(request, form), "members": members, "used": used_by(found)}
    return render(request, "contacts/setup/team.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    must_configure(request.user)
    found = get_object_or_404(Team, slug=slug)
    try:
        remove_team(found, by=_me(request), at=timezone.now())
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect("desk-team", found.slug)
    messages.success(request, _("The team %(name)s is gone.") % {"name": found.name})
    return redirect("desk-teams")


def _me(request: HttpRequest) -> User:
    return User.objects.get(username=request.user.get_username())
