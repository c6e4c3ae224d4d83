"""Managers and administrators change who stands where: a small form for each position, which may open as a sheet."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.access import must_manage
from contacts.customers import Stale
from contacts.forms import refilled, sent
from contacts.matrix_page.forms import NewPositionForm, PositionForm
from contacts.matrix_page.leaving import consequences
from contacts.models import Contact, Team
from contacts.models.matrix import Level
from contacts.rungs import (
    add_contact,
    changes_since,
    explained,
    held,
    on_rung,
    remove_contact,
    reorder,
    rung_name,
    save_contact,
)

READS_AND_SENDS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(READS_AND_SENDS)
def new(request: HttpRequest) -> HttpResponse:
    """`?level=` and `?team=` say where. Whoever comes second to an empty rung is told who was first (409)."""
    must_manage(request.user)
    contact = _begun(request.GET)
    form = NewPositionForm(sent(request), contact=contact)
    if request.method != "POST":
        return _page(request, refilled(request, form), contact)
    if not form.is_valid():
        return _page(request, form, contact, status=400)
    if newcomers := form.newcomers(form.fill(contact)):
        return _page(request, form.seeing(contact), contact, newcomers=newcomers, status=409)
    try:
        add_contact(contact, **_who(request))
    except ValidationError as error:
        form.refuse(error)
        return _page(request, form, contact, status=400)
    messages.success(request, _("%(name)s stands on %(rung)s.") % _names(contact))
    return _back(contact)


@login_required
@require_http_methods(READS_AND_SENDS)
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Of two people who edit at once, the second sees what the first has done, and keeps what was typed (409)."""
    must_manage(request.user)
    if request.method != "POST":
        contact = _fetch(key)
        return _page(request, refilled(request, PositionForm(contact=contact)), contact)
    with transaction.atomic():
        return _changed(request, _held(key))


def _changed(request: HttpRequest, contact: Contact | None) -> HttpResponse:
    """Looked at, compared and kept under one lock: of two in the same moment, one is the second."""
    if contact is None:
        return _removed_meanwhile(request)
    form = PositionForm(sent(request), contact=contact)
    if not form.is_valid():
        return _page(request, form, contact, status=400)
    if moved := changes_since(contact, form.cleaned_data["seen"]):
        return _page(request, form.caught_up(contact), contact, moved=explained(moved), status=409)
    try:
        save_contact(form.fill(contact), **_who(request))
    except ValidationError as error:
        form.refuse(error)
        return _page(request, form, _fetch(contact.pk), status=400)
    messages.success(request, _("Saved."))
    return _back(contact)


@login_required
@require_http_methods(READS_AND_SENDS)
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Says what will happen then; somebody else in the place by now is not removed instead (409)."""
    must_manage(request.user)
    if request.method != "POST":
        return _ask_first(request, _fetch(key))
    with transaction.atomic():
        contact = _held(key) or _fetch(key)
        if request.POST.get("seen") != _seen(contact):
            return _ask_first(request, contact, is_other=True, status=409)
        words = _("%(name)s is removed from %(rung)s. The history can put them back.") % _names(contact)
        remove_contact(contact, **_who(request))
    messages.success(request, words)
    return _back(contact)


def _ask_first(request: HttpRequest, contact: Contact, *, is_other: bool = False, status: int = 200) -> HttpResponse:
    then = consequences(contact, timezone.now())
    context = {**_place(contact), **then, "seen": _seen(contact), "is_other": is_other}
    return render(request, "contacts/matrix_remove.html", context, status=status)


def _seen(contact: Contact) -> str:
    return f"{contact.person_name} {contact.address}"


@login_required
@require_POST
def move(request: HttpRequest, key: int, up: bool) -> HttpResponse:
    """One place up or down; `order` is how the rung stood on the page where somebody chose it."""
    must_manage(request.user)
    contact = _fetch(key)
    keys = [each.pk for each in on_rung(contact.level, contact.team_id)]
    seen = [int(part) for part in request.POST.get("order", "").split(",") if part.isdigit() and len(part) < 19]
    here = keys.index(contact.pk) if contact.pk in keys else 0
    there = here - 1 if up else here + 1
    if 0 <= there < len(keys):
        keys[here], keys[there] = keys[there], keys[here]
    try:
        reorder(level=contact.level, team_id=contact.team_id, keys=keys, seen=seen, **_who(request))
    except Stale as stale:
        words = _("Nothing was moved: somebody else has changed this rung meanwhile. It reads: %(order)s.")
        messages.warning(request, words % {"order": stale.differences[0]["to"]})
    return _back(contact)


def _begun(said: QueryDict) -> Contact:
    """A position that is not there yet, on the rung that was named; with the title that the rung has."""
    level, slug = said.get("level", ""), said.get("team", "")
    team = Team.objects.filter(slug=slug[:60]).first() if slug else None
    contact = Contact(level=level if level in Level.values else "", team=team)
    if contact.level:
        rows = on_rung(contact.level, team.pk if team else None) or on_rung(contact.level, None)
        contact.title = rows[0].title if rows else ""
    return contact


def _page(
    request: HttpRequest, form: PositionForm, contact: Contact, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, **_place(contact), **more}
    if not contact._state.adding:
        context["order"] = ",".join(str(each.pk) for each in on_rung(contact.level, contact.team_id))
    return render(request, "contacts/matrix_edit.html", context, status=status)


def _place(contact: Contact) -> dict[str, Any]:
    """A position that cannot be told from its neighbours by name is told by its rung."""
    is_new = contact._state.adding
    rung = rung_name(contact.level, contact.team) if contact.level in Level.values else ""
    return {"contact": None if is_new else contact, "rung": rung, "back": f"{reverse('contacts')}#rung-{contact.level}"}


def _removed_meanwhile(request: HttpRequest) -> HttpResponse:
    """What was typed for a position that is gone may become a new one on the same rung."""
    contact = _begun(request.POST)
    form = NewPositionForm(request.POST, contact=contact)
    form.is_valid()
    more: dict[str, Any] = {"is_removed": True, "action": reverse("contact-new")}
    return _page(request, form.seeing(contact), contact, **more, status=409)


def _held(key: int) -> Contact | None:
    return held(min(key, 2**63 - 1))


def _fetch(key: int) -> Contact:
    contact = Contact.objects.select_related("user", "team").filter(pk=min(key, 2**63 - 1)).first()
    if contact is None:
        raise Http404(_("This position is not there any more. The history says who removed it."))
    return contact


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "at": timezone.now()}


def _names(contact: Contact) -> dict[str, str]:
    return {"name": contact.person_name or _("Nobody"), "rung": rung_name(contact.level, contact.team)}


def _back(contact: Contact) -> HttpResponse:
    return redirect(f"{reverse('contacts')}#rung-{contact.level}")
