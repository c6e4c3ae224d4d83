"""What the last 90 days would have been under a draft: asked for, watched, cancelled, read."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from escalations.models import ProtocolVersion, Simulation
from escalations.models.simulation import Progress
from escalations.protocol import versions
from escalations.protocol.content import is_same
from escalations.simulate import running
from escalations.simulate.words import Report, titles_of
from escalations.views.protocol.now import version_name
from escalations.views.protocol.versions import version_or_404

LOOK_AGAIN = 3  # seconds, while a run is under way


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def simulate(request: HttpRequest, pk: int) -> HttpResponse:
    found = version_or_404(pk)
    if request.method == "POST":
        _must_ask(request.user)
        running.begin(found, by=_user(request), at=timezone.now())
        return redirect("protocol-simulate", pk=found.pk)
    return render(request, "escalations/protocol/simulate.html", _page(request, found))


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    _must_ask(request.user)
    newest = Simulation.objects.filter(version=version_or_404(pk)).first()
    if newest and running.cancel(newest, timezone.now()):
        messages.success(request, _("Cancelled."))
    return redirect("protocol-simulate", pk=pk)


def _page(request: HttpRequest, found: ProtocolVersion) -> dict[str, Any]:
    base = versions.running()
    run = found.simulations.select_related("started_by").defer("work").first()
    is_unchanged = bool(base and is_same(base.content, found.content))
    is_done = bool(run and run.state == Progress.DONE)
    return {
        "version": found,
        "name": version_name(found),
        "base": base,
        "base_name": version_name(base) if base else "",
        "run": run,
        "is_unchanged": is_unchanged,
        "is_stale": bool(run and is_done and _is_stale(run, found, base)),
        "report": Report(run, titles_of(found.content)) if run and is_done else None,
        "refresh": LOOK_AGAIN if run and run.is_under_way else 0,
        "may_ask": _may_ask(request.user),
        "at": timezone.now(),
    }


def _is_stale(run: Simulation, found: ProtocolVersion, base: ProtocolVersion | None) -> bool:
    """The draft was changed since, or something else runs."""
    return run.digest != found.digest or (base is not None and base.digest != run.base_digest)


def _may_ask(user: Any) -> bool:
    """Whoever drafts, and whoever can be asked to sign."""
    return bool(user.may_manage or versions.may_sign(user))


def _must_ask(user: Any) -> None:
    if not _may_ask(user):
        raise PermissionDenied(_("Executives, managers and administrators run the simulator."))


def _user(request: HttpRequest) -> Any:
    return request.user
