"""Asking somebody to sign, and signing."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.forms import CardForm
from contacts.matrix_page.forms import PersonField
from contacts.models import User
from contacts.models.people import Role
from escalations.models.version import Office


def signers() -> Any:
    """Who can be asked to sign (escalations.protocol.versions.may_sign)."""
    roles = Q(role__in=(Role.EXECUTIVE, Role.MANAGER, Role.ADMIN)) | Q(is_superuser=True)
    return User.objects.filter(roles, is_active=True).order_by("first_name", "last_name", "username")


class AskForm(CardForm):
    """Whom to ask for one office."""

    office = forms.ChoiceField(choices=Office.choices, widget=forms.HiddenInput)
    signer = PersonField(User.objects.none(), label=_("Who signs"), to_field_name="username", empty_label=_("Choose …"))

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["signer"].queryset = signers()  # type: ignore[attr-defined]


class SignForm(CardForm):
    """`seen` is the digest of what was looked at, `edits` the saving (another date has no other digest): a draft that
    was changed meanwhile is not signed blindly."""

    office = forms.ChoiceField(choices=Office.choices, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    edits = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Your name, as it stands under the document"), max_length=160)
    confirm = forms.BooleanField(
        label=_("I have read this version, and I sign it."),
        error_messages={"required": _("Tick this if you sign. Nothing was signed yet.")},
    )
