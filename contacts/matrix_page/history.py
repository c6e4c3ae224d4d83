"""Who stood where, and when; and the way back for somebody who was removed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.access import must_manage
from contacts.models import Contact, Team, Tenure, User
from contacts.models.matrix import Level
from contacts.rungs import add_contact, on_rung, reorder, rung_name

PAGE_SIZE = 50


@login_required
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """The latest first; `?rung=` shows one rung alone."""
    rung = request.GET.get("rung", "")
    rung = rung if rung in Level.values else ""
    rows = Tenure.objects.select_related("by", "ended_by")
    page = Paginator(rows.filter(level=rung) if rung else rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "rung": rung, "rungs": Level.choices, "at": timezone.now()}
    return render(request, "contacts/matrix_history.html", context)


@login_required
@require_POST
def put_back(request: HttpRequest, key: int) -> HttpResponse:
    """Somebody who was removed stands where they stood; whoever stands there now becomes the backup."""
    must_manage(request.user)
    tenure = Tenure.objects.filter(pk=min(key, 2**63 - 1), contact=None, until__isnull=False).first()
    if tenure is None:
        raise Http404(_("Nobody was removed here."))
    team = Team.objects.filter(name=tenure.team_name).first() if tenure.team_name else None
    if tenure.team_name and team is None:
        messages.warning(request, _("There is no team “%(name)s” any more.") % {"name": tenure.team_name})
        return redirect("contacts-history")
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    try:
        contact = add_contact(_contact(tenure, team), **who)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect("contacts-history")
    keys = [each.pk for each in on_rung(contact.level, contact.team_id) if each.pk != contact.pk]
    keys.insert(tenure.position, contact.pk)
    reorder(level=contact.level, team_id=contact.team_id, keys=keys, **who)
    names = {"name": contact.person_name or _("Nobody"), "rung": rung_name(contact.level, team)}
    messages.success(request, _("%(name)s stands on %(rung)s again.") % names)
    if contact.user is None and contact.person_name:  # accounts keep their absences; an outsider's went with the place
        messages.info(request, _("If %(name)s has absences to come, enter them again: they were not kept.") % names)
    return redirect(f"{reverse('contacts')}#rung-{contact.level}")


def _contact(tenure: Tenure, team: Team | None) -> Contact:
    """As it stood; with the account, if the address is still somebody's."""
    user = User.objects.filter(email__iexact=tenure.email, is_active=True).first() if tenure.email else None
    contact = Contact(level=tenure.level, team=team, title=tenure.title)
    if user and user.name == tenure.name:
        contact.user, contact.phone = user, "" if tenure.phone == user.phone else tenure.phone
    else:
        contact.name, contact.email, contact.phone = tenure.name[:120], tenure.email, tenure.phone
    return contact
