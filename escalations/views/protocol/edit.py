"""Changing a draft, a part at a time. What was typed stays; of two people at once the second is told (409)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.forms import refilled, sent
from escalations.access import must_manage
from escalations.forms.protocol import PARTS, PartForm
from escalations.models import ProtocolVersion
from escalations.models.version import Stage
from escalations.protocol import versions
from escalations.protocol.diff import Change, changes
from escalations.protocol.errors import BadContent, LostUpdate, ProtocolError
from escalations.views.protocol.now import version_name
from escalations.views.protocol.versions import blocks_of, version_or_404, version_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int, part: str = "overview") -> HttpResponse:
    must_manage(request.user)
    draft = version_or_404(pk)
    if part not in PARTS:
        raise Http404(_("The protocol has no such part."))
    if draft.stage != Stage.DRAFT:
        refusal = _("Only a draft is changed. Begin a new one, of this version or of what runs.")
        return version_page(request, draft, refusal=refusal, status=409)
    form = PARTS[part](sent(request), draft=draft)
    if request.method != "POST":
        return _page(request, draft, part, refilled(request, form))
    if not form.is_valid():
        return _page(request, draft, part, form, status=400)
    try:
        saved = _save(request, draft, part, form)
    except BadContent as bad:
        form.refuse_content(bad)
        return _page(request, draft, part, form, status=400)
    except LostUpdate as lost:
        return _overtaken(request, pk, part, form, lost)
    except ProtocolError as refusal:
        return version_page(request, version_or_404(pk), refusal=refusal.message, status=409)
    if saved.edits == draft.edits:
        messages.success(request, _("Nothing was changed."))
    elif any(block.signed_at for block in blocks_of(draft)):
        messages.warning(request, _("Saved. The signatures given so far are taken away: it has to be signed again."))
    else:
        messages.success(request, _("Saved."))
    names = list(PARTS)
    following = names[names.index(part) + 1 :]
    if "next" in request.POST and following:
        return redirect("protocol-edit", pk=pk, part=following[0])
    return redirect("protocol-version", pk=pk)


def _save(request: HttpRequest, draft: ProtocolVersion, part: str, form: Any) -> ProtocolVersion:
    more = {"title": form.cleaned_data["title"], "effective_at": form.begins} if part == "overview" else {}
    user: Any = request.user
    return versions.edit(draft, form.said(), by=user, at=timezone.now(), edits=form.opened, **more)


def _overtaken(request: HttpRequest, pk: int, part: str, form: PartForm, lost: LostUpdate) -> HttpResponse:
    """What they changed since is unknown to the browser; what saving again would change of it is not."""
    draft = version_or_404(pk)
    if draft.stage != Stage.DRAFT:
        return version_page(request, draft, refusal=lost.message, status=409)
    again = form.caught_up(draft)
    would: list[Change] = changes(draft.content, again.said()) if again.is_valid() else []
    return _page(request, draft, part, again, status=409, lost=lost.message, would=would)


def _page(
    request: HttpRequest, draft: ProtocolVersion, part: str, form: PartForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "draft": draft,
        "name": version_name(draft),
        "part": part,
        "parts": [(key, made.tab) for key, made in PARTS.items()],
        "form": form,
        "is_signed": any(block.signed_at for block in blocks_of(draft)),
        "is_last": part == list(PARTS)[-1],
        **more,
    }
    return render(request, "escalations/protocol/edit.html", context, status=status)
