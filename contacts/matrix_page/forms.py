"""What people fill in about one position of the matrix. `contacts.rungs` decides; a field is named like its column."""

import json
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.forms import CardForm, SeenField
from contacts.models import Contact, Team, User
from contacts.models.matrix import Level
from contacts.phones import PHONE
from contacts.rungs import facts, in_words, on_rung

ACCOUNT, OUTSIDER, NOBODY = "account", "outsider", "nobody"
WHO = [
    (ACCOUNT, _("Somebody with an account")),
    (OUTSIDER, _("Somebody without")),
    (NOBODY, _("Nobody for now")),
]


class PersonField(forms.ModelChoiceField):
    """People by their names; two of one name are told apart by their user names."""

    def label_from_instance(self, user: Any) -> str:
        return f"{user.name} ({user.username})"


class PositionForm(CardForm):
    who = forms.ChoiceField(label=_("Who stands here?"), choices=WHO, widget=forms.RadioSelect)
    user = PersonField(
        User.objects.none(), label=_("Account"), required=False, to_field_name="username", empty_label=_("Choose …")
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, validators=[PHONE])
    title = forms.CharField(label=_("Title on this rung"), max_length=120)
    seen = SeenField(required=False)
    values = ("who", "user", "name", "email", "phone", "title")

    def __init__(self, data: Any = None, *, contact: Contact, **options: Any) -> None:
        """`contact` is the position as it is; for a new one it holds no more than its rung and team."""
        super().__init__(data, auto_id="position-%s", **options)
        self.contact = contact
        self.initial = {**_initial(contact), **self.initial}
        people = User.objects.filter(Q(is_active=True) | Q(pk=contact.user_id or 0))
        user: Any = self.fields["user"]
        user.queryset = people.order_by("first_name", "last_name", "username")
        for name in ("user", "name"):
            self.fields[name].is_needed = True  # type: ignore[attr-defined]
        self.fields["email"].help_text = self.fields["phone"].help_text = _("Left empty, the account’s own.")
        self.fields["email"].widget.attrs["autocomplete"] = self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.input_type = "tel"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        who = given.get("who")
        if who == ACCOUNT and not given.get("user") and "user" not in self.errors:
            self.add_error("user", _("Choose who it is."))
        if who == OUTSIDER:
            for name, words in (("name", _("Give the name.")), ("email", _("Without an address nobody is told."))):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return given

    def fill(self, contact: Contact) -> Contact:
        """What was typed, of the kind of person that was chosen; what belongs to another kind is left out."""
        given = self.cleaned_data
        contact.title = given["title"]
        contact.user = given["user"] if given["who"] == ACCOUNT else None
        contact.name = given["name"] if given["who"] == OUTSIDER else ""
        contact.email, contact.phone = ("", "") if given["who"] == NOBODY else (given["email"], given["phone"])
        return contact

    def caught_up(self, contact: Contact) -> "PositionForm":
        """What was typed stays; what was not touched follows what somebody else has made of it meanwhile."""
        now = _initial(contact)
        seen = self.cleaned_data.get("seen") or {}
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        if kind_of(seen.get("user", ""), seen.get("name", ""), seen.get("email", "")) == data.get("who"):
            data["who"] = now["who"]
        for name in facts(contact):
            if name in seen and str(data.get(name, "")) == seen[name]:
                data[name] = now[name]
        data["seen"] = now["seen"]
        return PositionForm(data, contact=contact)


class NewPositionForm(PositionForm):
    """`seen` says who stood on the rung when the form was opened: {"rung", and a key each: in words}."""

    heading = _("Name somebody")
    button = _("Add")
    level = forms.ChoiceField(label=_("Rung"), choices=Level.choices)
    team = forms.ModelChoiceField(
        Team.objects.all(), label=_("For"), required=False, to_field_name="slug", empty_label=_("Everyone")
    )
    field_order = ("level", "team", "who", "user", "name", "email", "phone", "title")

    def __init__(self, data: Any = None, *, contact: Contact, **options: Any) -> None:
        super().__init__(data, contact=contact, **options)
        self.fields["team"].is_needed = True  # type: ignore[attr-defined]
        self.initial = {
            **self.initial,
            "who": ACCOUNT,
            "level": contact.level,
            "team": contact.team.slug if contact.team else "",
            "seen": json.dumps(standing(contact)),
        }

    def fill(self, contact: Contact) -> Contact:
        contact.level, contact.team = self.cleaned_data["level"], self.cleaned_data["team"]
        return super().fill(contact)

    def newcomers(self, contact: Contact) -> list[str]:
        """Who else stands on this very rung since the form was opened, in words."""
        seen, now = self.cleaned_data.get("seen"), standing(contact)
        if not seen or seen.get("rung") != now["rung"]:
            return []
        return [words for key, words in now.items() if seen.get(key) != words]

    def seeing(self, contact: Contact) -> "NewPositionForm":
        """The same with what was typed, for somebody who has seen the newcomers."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = json.dumps(standing(contact))
        return NewPositionForm(data, contact=contact)


def standing(contact: Contact) -> dict[str, str]:
    """Who stands on the rung of a position."""
    if contact.level not in Level.values:
        return {"rung": ""}
    rung = f"{contact.level} {contact.team_id or ''}"
    return {"rung": rung} | {str(each.pk): in_words(each) for each in on_rung(contact.level, contact.team_id)}


def _initial(contact: Contact) -> dict[str, Any]:
    known = facts(contact)
    who = kind_of(known["user"], known["name"], known["email"])
    return known | {"who": who, "seen": json.dumps(known)}


def kind_of(user: str, name: str, email: str) -> str:
    if user:
        return ACCOUNT
    return OUTSIDER if name or email else NOBODY
