"""Reading, writing and changing a template."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.forms import refilled, sent
from escalations.access import must_manage
from escalations.forms.templates import EMPTY, TemplateForm
from escalations.views.wordings.frame import known, row_of, template_or_404
from escalations.views.wordings.sample import sample
from templates_app.editor.saving import Stale, create_template, save_template
from templates_app.editor.wording import wording_of
from templates_app.placeholders import GROUPS

READS_AND_SENDS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(READS_AND_SENDS)
def new(request: HttpRequest) -> HttpResponse:
    """Blank, or with the words of another one (?copy=)."""
    must_manage(request.user)
    form = TemplateForm(sent(request), was=_copied(request), seen=0)
    if request.method != "POST":
        return editor(request, refilled(request, form))
    if form.is_valid():
        try:
            template = create_template(wording=form.wording(), by=_name(request), at=timezone.now())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Kept. Writers can choose it now."))
            return redirect(template)
    return editor(request, form, status=400)


@login_required
@require_http_methods(READS_AND_SENDS)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody reads it here. Of two people who edit at once, the second sees what the first has done, and keeps what
    was typed (409)."""
    template = template_or_404(slug)
    user: Any = request.user
    if request.method != "POST" and not user.may_manage:
        return _read(request, template)
    must_manage(user)
    form = TemplateForm(sent(request), was=wording_of(template), seen=template.version or 0)
    if request.method != "POST":
        return editor(request, refilled(request, form), template)
    if not form.is_valid():
        return editor(request, form, template, status=400)
    seen = form.cleaned_data["seen"]
    try:
        version = save_template(
            template=template, wording=form.wording(), by=_name(request), at=timezone.now(), seen=seen
        )
    except Stale as stale:
        return _overtaken(request, form, slug, seen, stale)
    except ValidationError as error:
        form.refuse(error)
        return editor(request, form, template, status=400)
    said = _("Saved as version %(number)s.") % {"number": version.number} if version else _("Nothing was changed.")
    messages.success(request, said)
    return redirect(template)


def editor(
    request: HttpRequest, form: TemplateForm, template: Any = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "template": template,
        "row": row_of(template, {}) if template else None,
        "groups": GROUPS,
        "sample": sample(request, form, template),
        "at": timezone.now(),
        **more,
    }
    return render(request, "escalations/wordings/edit.html", context, status=status)


def _overtaken(request: HttpRequest, form: TemplateForm, slug: str, seen: int | None, stale: Stale) -> HttpResponse:
    template = template_or_404(slug)
    now, old = wording_of(template), template.versions.filter(number=seen or 0).first()
    form = form.caught_up(old.wording if old else now, now, template.version or 0)
    form.is_valid()
    return editor(request, form, template, stale=stale, status=409)


def _read(request: HttpRequest, template: Any) -> HttpResponse:
    form = TemplateForm(was=wording_of(template), seen=0)
    form.initial["language"] = request.GET.get("language", "")[:10]
    context = {
        "template": template,
        "row": row_of(template, {}),
        "form": form,
        "sample": sample(request, form, template),
        "at": timezone.now(),
    }
    return render(request, "escalations/wordings/read.html", context)


def _copied(request: HttpRequest) -> Any:
    template = known().filter(slug=request.GET.get("copy", "")[:60]).first()
    return wording_of(template) | {"name": _("Copy of %(name)s") % {"name": template.name}} if template else EMPTY


def _name(request: HttpRequest) -> str:
    user: Any = request.user
    return str(user.name)
