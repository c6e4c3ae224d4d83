"""How a template read before: who changed what, any two compared, and taking one up again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from escalations.access import must_manage
from escalations.views.wordings.frame import template_or_404
from templates_app.editor.differences import differences
from templates_app.editor.saving import NotNow, restore

PAGE = 40


@login_required
@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Newest first. `from` and `to` are compared; without them the newest with the one before."""
    template, user = template_or_404(slug), request.user
    newest = template.version or 0
    to = _number(request.GET.get("to"), newest)
    before = _number(request.GET.get("from"), to - 1)
    both = {each.number: each for each in template.versions.filter(number__in=(before, to))}
    changed = differences(both[before].wording, both[to].wording) if before in both and to in both else []
    context: dict[str, Any] = {
        "template": template,
        "page": Paginator(template.versions.defer("wording"), PAGE).get_page(request.GET.get("page")),
        "before": before,
        "to": to,
        "is_compared": before in both and to in both and before != to,
        "differences": changed,
        "newest": newest,
        "may_manage": user.may_manage,  # type: ignore[union-attr]
        "at": timezone.now(),
    }
    return render(request, "escalations/wordings/versions.html", context)


@login_required
@require_POST
def take_up(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    must_manage(request.user)
    template, user = template_or_404(slug), request.user
    try:
        version = restore(template=template, number=number, by=str(user.name), at=timezone.now())  # type: ignore[union-attr]
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    else:
        if version:
            said = _("Version %(old)s is in use again, as version %(number)s.")
            messages.success(request, said % {"old": number, "number": version.number})
        else:
            messages.success(request, _("It reads like that already."))
    return redirect("template-versions", slug=template.slug)


def _number(given: str | None, usual: int) -> int:
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 10 else usual
