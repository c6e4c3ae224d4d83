"""Putting a template away, taking it out again, deleting one that nobody ever used."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from escalations.access import must_manage
from escalations.views.wordings.frame import template_or_404
from escalations.wording import is_used
from templates_app.editor.saving import NotNow, archive, delete, unarchive


@login_required
@require_POST
def act(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    must_manage(request.user)
    template = template_or_404(slug)
    name = {"name": template.name}
    try:
        match what:
            case "archive":
                archive(template=template, at=timezone.now())
                messages.success(request, _("“%(name)s” is in the archive. Nobody is offered it any more.") % name)
            case "unarchive":
                unarchive(template=template)
                messages.success(request, _("“%(name)s” can be chosen again.") % name)
            case "delete":
                delete(template=template, is_used=is_used(template))
                messages.success(request, _("“%(name)s” was deleted.") % name)
                return redirect("templates")
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    return redirect(template)
