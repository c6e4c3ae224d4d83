"""Saved views: keeping one, all of them at /views/, renaming, sharing, deleting."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from escalations import saved_views
from escalations.errors import Invalid
from escalations.filters import words
from escalations.forms.views import NewViewForm, SavedViewForm
from escalations.models import SavedView

MOST_SHOWN = 200


@login_required
@require_safe
def views(request: HttpRequest) -> HttpResponse:
    found = saved_views.visible_to(request.user).select_related("owner")[:MOST_SHOWN]
    lines = [_line(view, request.user) for view in found]
    context = {
        "mine": [line for line in lines if line["is_mine"]],
        "others": [line for line in lines if not line["is_mine"]],
    }
    return render(request, "escalations/views.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """The list that `path` and `query` name, under a name of its own."""
    first = {"path": request.GET.get("path", "/"), "query": request.GET.get("query", "")}
    form = NewViewForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            view = saved_views.save(owner=request.user, at=timezone.now(), **form.cleaned_data)
        except Invalid as invalid:
            form.refuse(invalid.fields)
        else:
            messages.success(request, _("“%(name)s” stands in the sidebar now.") % {"name": view.name})
            return redirect(view.address)
    given: Any = form.data if form.is_bound else first
    return _form(request, form, path=str(given.get("path", "")), query=str(given.get("query", "")))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: int) -> HttpResponse:
    view = saved_views.own_or_404(request.user, key)
    form = SavedViewForm(
        request.POST if request.method == "POST" else None, initial={"name": view.name, "shared": view.shared}
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved_views.change(view, by=request.user, **form.cleaned_data)
        except Invalid as invalid:
            form.refuse(invalid.fields)
        else:
            messages.success(request, _("The view is changed."))
            return redirect("views")
    return _form(request, form, path=view.path, query=view.query, view=view)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, key: int) -> HttpResponse:
    """Asks first: what is shared is missed by others."""
    view = saved_views.deletable_or_404(request.user, key)
    if request.method == "POST":
        view.delete()
        messages.success(request, _("“%(name)s” is deleted. The issues are as they were.") % {"name": view.name})
        return redirect("views")
    return render(request, "escalations/view_delete.html", {"view": view})


def _line(view: SavedView, user: Any) -> dict[str, Any]:
    return {
        "view": view,
        "is_mine": view.owner_id == user.pk,
        "may_delete": saved_views.may_delete(user, view),
        "words": words(view.path, view.query),
    }


def _form(
    request: HttpRequest, form: SavedViewForm, *, path: str, query: str, view: SavedView | None = None
) -> HttpResponse:
    context = {"form": form, "view": view, "path": path, "words": words(path, query)}
    return render(request, "escalations/view_form.html", context, status=400 if form.is_bound else 200)
