"""Switching an account off: what it means is said before, and their open issues can be handed over on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from contacts.access import must_configure
from contacts.forms import CardForm, refilled, sent
from contacts.models import Absence, Contact, User
from contacts.models.people import Role
from contacts.once import not_one_transaction
from contacts.people import change_person, check
from contacts.tokens import live_tokens

SHOWN = 20


@dataclass(frozen=True)
class Work:
    """What escalations know of somebody's work: config/urls.py brings it.

    `owned` the open issues of the first that the second may see, the gravest first, at most so many, and how many there
    are in all; `hand_over` gives each of them to somebody else, one by one, and says how many went.
    """

    owned: Callable[[User, User, int], tuple[Sequence[Any], int]]
    hand_over: Callable[[User, User, User, datetime], int]


class LeavingForm(CardForm):
    hand_to = forms.ModelChoiceField(
        label=gettext_lazy("Who takes over their open issues?"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody yet: the issues stay with them"),
        help_text=gettext_lazy("They are told of each, as of any issue that is given to them."),
    )

    def __init__(self, data: Any = None, *, leaver: User) -> None:
        super().__init__(data)
        who = User.objects.filter(is_active=True, is_service=False).exclude(pk=leaver.pk).exclude(role=Role.AUDITOR)
        field = self.fields["hand_to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = who.order_by("first_name", "last_name", "pk")


@login_required
@not_one_transaction
@require_http_methods(["GET", "HEAD", "POST"])
def switch_off(request: HttpRequest, username: str, work: Work) -> HttpResponse:
    must_configure(request.user)
    user = get_object_or_404(User.objects.select_related("team"), username=username)
    by, at = User.objects.get(username=request.user.get_username()), timezone.now()
    if not user.is_active:
        messages.info(request, _("%(name)s’s account is switched off already.") % {"name": user.name})
        return redirect("person", user.username)
    form = LeavingForm(sent(request), leaver=user)
    if request.method == "POST" and form.is_valid():
        try:
            check(user, {"is_active": False}, by=by)
            went = work.hand_over(user, form.cleaned_data["hand_to"], by, at) if form.cleaned_data["hand_to"] else 0
            change_person(user, {"is_active": False}, by=by, at=at)
        except ValidationError as error:
            form.refuse(error)
        else:
            said = _("%(name)s is signed out everywhere and cannot sign in any more.") % {"name": user.name}
            messages.success(request, f"{said} {_('Issues handed over: %(n)s.') % {'n': went}}" if went else said)
            return redirect("person", user.username)
    owned, count = work.owned(user, by, SHOWN)
    absent = Absence.objects.filter(Q(delegate__user=user) | Q(delegate_user=user), ends_at__gt=at)
    context = {
        "person": user,
        "form": refilled(request, form),
        "owned": owned,
        "count": count,
        "unseen": max(0, count - len(owned)),
        "rungs": Contact.objects.filter(user=user).select_related("team")[:SHOWN],
        "stands_in": absent.select_related("user", "contact")[:SHOWN],
        "tokens": live_tokens(at).filter(user=user).count(),
        "at": at,
    }
    return render(request, "contacts/setup/person_off.html", context, status=400 if form.errors else 200)
