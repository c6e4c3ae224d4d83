"""What people do with versions: begin a draft, ask, sign, withdraw, bring up to date. The rules are the verbs' own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from escalations.access import must_manage, must_work
from escalations.forms.protocol.signing import AskForm, SignForm
from escalations.models.version import Stage
from escalations.protocol import versions
from escalations.protocol.errors import BadContent, NotYours, ProtocolError
from escalations.views.protocol.now import version_name
from escalations.views.protocol.versions import version_or_404, version_page


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A draft of what runs, or (`of`) of an older version: going back is a new version with the old words."""
    must_manage(request.user)
    user, given = _user(request), request.POST.get("of", "")
    of = version_or_404(int(given)) if given.isascii() and given.isdigit() and len(given) < 19 else None
    title = _("Back to %(name)s") % {"name": version_name(of)} if of else ""
    try:
        draft = versions.begin_draft(by=user, at=timezone.now(), of=of, title=title)
    except ProtocolError as refusal:
        messages.warning(request, refusal.message)
        return redirect("protocol")
    messages.success(request, _("This is your draft. Nothing of it holds before three people have signed."))
    return redirect("protocol-version", pk=draft.pk) if of else redirect("protocol-edit", pk=draft.pk, part="overview")


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    must_manage(request.user)
    draft, form = version_or_404(pk), AskForm(request.POST)
    if not form.is_valid():
        return version_page(request, draft, refusal=_("Choose who is to sign."), status=400)
    who = form.cleaned_data["signer"]

    def does() -> str:
        versions.ask(draft, form.cleaned_data["office"], who, by=_user(request), at=timezone.now())
        return _("%(name)s is asked to sign, and told so.") % {"name": who.name}

    return _done(request, pk, does, "sign")


@login_required
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    must_work(request.user)
    draft, form = version_or_404(pk), SignForm(request.POST, auto_id="sign-%s")
    if not form.is_valid():
        return version_page(request, draft, form=form, status=400)
    said, user = form.cleaned_data, _user(request)

    def does() -> str:
        at = timezone.now()
        seen = {name: said[name] for name in ("seen", "edits", "name")}
        done = versions.sign(draft, said["office"], by=user, at=at, **seen)
        if done.stage == Stage.IN_FORCE:
            return _("Signed. All three have signed, and it is in force.")
        return _("Signed. All three have signed.") if done.stage == Stage.SIGNED else _("Signed.")

    return _done(request, pk, does, "sign-off-panel", form)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    must_manage(request.user)

    def does() -> str:
        versions.withdraw(version_or_404(pk), by=_user(request), at=timezone.now())
        return _("Withdrawn. It stays here to be read.")

    return _done(request, pk, does)


@login_required
@require_POST
def catch_up(request: HttpRequest, pk: int) -> HttpResponse:
    must_manage(request.user)

    def does() -> str:
        both = versions.bring_up_to_date(version_or_404(pk), by=_user(request), at=timezone.now())
        if not both:
            return _("Up to date: what the draft changes stands, all else is as it runs now.")
        words = _("Up to date. Both had changed these, and the draft’s own words stand: %(paths)s. Look at them.")
        return words % {"paths": ", ".join(both[:12])}

    return _done(request, pk, does)


def _done(request: HttpRequest, pk: int, does: Callable[[], str], anchor: str = "", form: Any = None) -> HttpResponse:
    """Back to the page; refused (409), the page says why, with what was typed."""
    try:
        messages.success(request, does())
    except NotYours as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except BadContent as bad:
        return version_page(request, version_or_404(pk), refusal=bad.message, status=409)
    except ProtocolError as refusal:
        found = version_or_404(pk)
        if form is not None and (form.data.get("seen"), form.data.get("edits")) != (found.digest, str(found.edits)):
            form = None  # drawn anew, for the words that it would be about now
        return version_page(request, found, form=form, refusal=refusal.message, status=409)
    response = redirect("protocol-version", pk=pk)
    response["Location"] += f"#{anchor}" if anchor else ""
    return response


def _user(request: HttpRequest) -> Any:
    return request.user
