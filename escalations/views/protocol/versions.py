"""All versions of the protocol, and one of them: what it changes, all that it says, who has signed."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from escalations.forms.protocol.signing import SignForm, signers
from escalations.models import ProtocolVersion
from escalations.models.version import Office, Stage
from escalations.protocol.diff import changes
from escalations.views.protocol.now import Block, version_name
from escalations.views.protocol.sheet import SECTIONS, Sheet, level_said

PAGE = 40
OPEN = (Stage.DRAFT, Stage.SIGNED)


@login_required
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    user: Any = request.user
    known = ProtocolVersion.objects.defer("content").select_related("created_by")
    page = Paginator(known.order_by("-pk").prefetch_related("signatures__signer"), PAGE).get_page(
        request.GET.get("page")
    )
    rows = [
        {"version": version, "name": version_name(version), "blocks": blocks_of(version), "is_past": is_past(version)}
        | {"signed": sum(bool(block.signed_at) for block in blocks_of(version))}
        for version in page
    ]
    context = {"page": page, "rows": rows, "may_manage": user.may_manage, "at": timezone.now()}
    return render(request, "escalations/protocol/versions.html", context)


@login_required
@require_safe
def version(request: HttpRequest, pk: int) -> HttpResponse:
    return version_page(request, version_or_404(pk))


@login_required
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One version in A4, to read before signing."""
    found = version_or_404(pk)
    return render(request, "escalations/protocol/print.html", document_of(found) | {"at": timezone.now()})


def version_page(
    request: HttpRequest, found: ProtocolVersion, *, status: int = 200, form: Any = None, refusal: str = ""
) -> HttpResponse:
    """With the signing form for whoever is asked, and what managers can do at this stage."""
    user: Any = request.user
    is_draft, is_open = found.stage == Stage.DRAFT, found.stage in OPEN
    is_stale = is_open and not (found.based_on and found.based_on.runs)
    blocks = blocks_of(found)
    mine = next((block for block in blocks if block.signer == user.pk and not block.signed_at), None)
    if form is None and mine and is_draft and not is_stale:
        seen = {"office": mine.office, "seen": found.digest, "edits": found.edits}
        form = SignForm(initial={**seen, "name": user.name}, auto_id="sign-%s")
    base = found.based_on
    context = document_of(found) | {
        "changes": changes(base.content, found.content) if base else [],
        "base_name": version_name(base) if base else "",
        "copy_name": version_name(found.copy_of) if found.copy_of else "",
        "is_draft": is_draft,
        "is_open": is_open,
        "is_stale": is_stale,
        "is_past": is_past(found),
        "mine": mine,
        "form": form,
        "refusal": refusal,
        "people": list(signers()) if is_draft and user.may_manage else [],
        "may_manage": user.may_manage,
        "simulator": simulator(found) if is_open else "",
        "at": timezone.now(),
    }
    return render(request, "escalations/protocol/version.html", context, status=status)


def document_of(found: ProtocolVersion) -> dict[str, Any]:
    """What `_document.html` shows of a version that need not be the one that runs."""
    content = found.content
    return {
        "about": About(found),
        "effective": found.runs_from or (found.effective_at if found.stage == Stage.SIGNED else None),
        "sheet": Sheet.of(content),
        "record": [row | {"said": level_said(row.get("level"))} for row in content.get("matrix", [])],
        "wordings": content.get("templates", []),
        "blocks": blocks_of(found),
        "sections": SECTIONS,
        "version": found,
        "back": reverse("protocol-version", args=[found.pk]),
    }


class About:
    """What the head of the document says of its version."""

    def __init__(self, found: ProtocolVersion) -> None:
        self.pk, self.name, self.edited_at, self.digest = found.pk, version_name(found), found.edited_at, found.digest
        self.stage_said = str(Stage(found.stage).label)


def blocks_of(found: ProtocolVersion) -> list[Block]:
    """The three blocks in the protocol's order. A signature under other words than these is none."""
    rows = {row.office: row for row in found.signatures.all()}
    blocks = []
    for office in Office.values:
        row = rows.get(office)
        if row is None:
            blocks.append(Block(office))
            continue
        holds = row.signed_at and row.digest == found.digest
        name = row.name if holds else ""
        asked = row.signer.name if row.signer else ""
        blocks.append(Block(office, row.signer_id, name, row.signed_at if holds else None, asked))
    return blocks


def is_past(found: ProtocolVersion) -> bool:
    """It ran, and something else does now: one can go back to it."""
    return bool(found.runs_from) and not found.runs


def version_or_404(pk: int) -> ProtocolVersion:
    related = ("created_by", "based_on", "copy_of", "withdrawn_by")
    known = ProtocolVersion.objects.select_related(*related).prefetch_related("signatures__signer")
    found = known.filter(pk=min(pk, 2**63 - 1)).first()
    if found is None:
        raise Http404(_("There is no such version of the protocol."))
    return found


def simulator(found: ProtocolVersion) -> str:
    """Where what it would have changed is worked out, if that is there."""
    try:
        return reverse("protocol-simulate", args=[found.pk])
    except NoReverseMatch:
        return ""
