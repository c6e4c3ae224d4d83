"""Somebody's account, as an administrator fills it in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Team, User
from contacts.models.people import Role
from contacts.phones import PHONE

ROLES = {
    Role.CSM: gettext_lazy("logs issues and works on them"),
    Role.MANAGER: gettext_lazy("also keeps the contact matrix, customers, templates and drafts of the protocol"),
    Role.EXECUTIVE: gettext_lazy("works on issues, and lands on what was escalated to them"),
    Role.ADMIN: gettext_lazy("also keeps people, tokens, severities and these settings"),
    Role.AUDITOR: gettext_lazy("reads everything and changes nothing"),
}


class PersonForm(forms.ModelForm):
    """`instance` is only compared with: contacts/people.py writes."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "username", "role", "team", "phone"]

    def __init__(self, data: Any = None, *, instance: User, is_self: bool = False) -> None:
        super().__init__(data, instance=instance)
        self.fields["first_name"].required = True
        self.fields["username"].help_text = _("Letters, digits and @ . + - _")
        self.fields["phone"].validators.append(PHONE)
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)
        team.queryset, team.empty_label = Team.objects.all(), _("No team")
        if instance.is_service:
            for name in ("last_name", "email", "phone"):
                del self.fields[name]
            self.fields["first_name"].label = _("Name")
        if is_self:
            self.fields["role"].disabled = True
            self.fields["role"].help_text = _("Nobody changes their own role: another administrator does.")

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        others = User.objects.exclude(pk=self.instance.pk) if self.instance.pk else User.objects.all()
        if others.filter(username__iexact=username).exists():
            raise ValidationError(_("Another account has this name."))
        return username

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        others = User.objects.exclude(pk=self.instance.pk) if self.instance.pk else User.objects.all()
        if email and others.filter(email__iexact=email).exists():
            raise ValidationError(_("Another account has this address."))
        return email

    def changed(self) -> dict[str, Any]:
        """What was changed, by column: of two who change different things at once, neither undoes the other's."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}

    def refuse(self, error: ValidationError) -> None:
        for name, said in error.message_dict.items():
            self.add_error(name if name in self.fields else None, said)
