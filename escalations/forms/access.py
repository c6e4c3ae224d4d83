"""Who may see an issue: why it is confidential, and the people who are let in."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from contacts.models import User
from escalations.enums import Confidential

from .fields import Area
from .team import LISTED, Picker
from .verb import VerbForm

MOST = 50  # people let in at once


def everybody() -> Any:
    """Whoever has an account that works: auditors too, if they are named."""
    users = User.objects.filter(is_active=True).select_related("team")
    return users.order_by("first_name", "last_name", "username")


class LetIn(VerbForm):
    """Boxes to tick for those who are likely, and a line for everybody else; `people` becomes a list of users."""

    people = forms.MultipleChoiceField(label=_("Who else may see it"), widget=Picker, required=False)
    others = forms.CharField(
        label=_("And also"),
        max_length=2000,
        required=False,
        help_text=_("User names or e-mail addresses, with commas between them."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )

    def offer(self, without: Collection[int] = (), first: Iterable[int] = ()) -> None:
        """Offer everybody but `without`; `first` stand on top."""
        users = list(everybody().exclude(pk__in=without)[:LISTED])
        known = {user.pk for user in users}
        if missing := set(first) - known - set(without):
            users = [*everybody().filter(pk__in=missing), *users]
        on_top = set(first)
        users.sort(key=lambda user: user.pk not in on_top)
        self.offered = {str(user.pk): user for user in users}
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (key, f"{user.name} · {user.team or user.get_role_display()}") for key, user in self.offered.items()
        ]

    def clean_others(self) -> list[User]:
        words = list(dict.fromkeys(filter(None, re.split(r"[,;\s]+", self.cleaned_data["others"].lower()))))
        if not words:
            return []
        found = User.objects.filter(is_active=True).annotate(called=Lower("username"), address=Lower("email"))
        users: list[User] = list(found.filter(Q(called__in=words[:MOST]) | Q(address__in=words[:MOST])))
        known = {user.username.lower() for user in users} | {user.email.lower() for user in users}
        if unknown := [word for word in words if word not in known]:
            raise forms.ValidationError(
                _("Nobody with an account here is called “%(text)s”."), params={"text": unknown[0][:80]}
            )
        return users

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        users = [self.offered[key] for key in cleaned.get("people") or []]
        users += [user for user in cleaned.pop("others", None) or [] if user not in users]
        if len(users) > MOST:
            self.add_error("people", _("Let in at most %(most)s people at once.") % {"most": MOST})
        return {**cleaned, "people": users}


class MakeConfidentialForm(LetIn):
    verb, title, icon, button = "make_confidential", _("Make confidential"), "lock", _("Make it confidential")
    done = _("Confidential from now on: only the people on its list see it.")
    kind = forms.ChoiceField(label=_("Why"), choices=Confidential.choices, widget=forms.RadioSelect({"class": "picks"}))
    field_order = ("kind", "people", "others")


class ChangeKindForm(VerbForm):
    verb, title, button = "kind", _("Another reason"), _("Change the reason")
    kind = forms.ChoiceField(label=_("Why"), choices=Confidential.choices, widget=forms.RadioSelect({"class": "picks"}))


class LetSeeForm(LetIn):
    verb, title, button = "let_see", _("Let somebody see it"), _("Let them see it")
    people = forms.MultipleChoiceField(label=_("People"), widget=Picker, required=False)
    reason = forms.CharField(
        label=_("Why"), max_length=500, required=False, help_text=_("They read it, and the history keeps it.")
    )
    field_order = ("people", "others", "reason")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned["people"] and not self.errors:
            self.add_error("people", _("Choose somebody."))
        return cleaned


class MakeOpenForm(VerbForm):
    verb, title, icon, button = "make_open", _("Make open again"), "lock-open", _("Make it open again")
    done = _("It is an issue like any other again.")
    reason = forms.CharField(label=_("Why"), max_length=500, required=False)


class BreakGlassForm(VerbForm):
    """An administrator puts themself on the list of an issue that they do not see."""

    verb, title, button = "break_glass", _("Confidential issues"), _("Put me on its list")
    number = forms.CharField(
        label=_("Number"), max_length=30, widget=forms.TextInput({"autocomplete": "off", "placeholder": "ESC-1001"})
    )
    reason = forms.CharField(
        label=_("Why you have to see it"),
        max_length=500,
        widget=Area(2),
        help_text=_("Its owner and everybody on its list read this, at once."),
    )
