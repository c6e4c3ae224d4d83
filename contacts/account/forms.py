"""Forms about one's account."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.models import User


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("New e-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class PasswordForm(forms.Form):
    """A first password, seen or not: typed once, since the link is good until it is kept."""

    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        help_text=_("At least twelve characters. Several words are easier to keep in mind than one odd one."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (password := given.get("password")) is None:
            return given
        try:
            validate_password(password, self._whose(given))
        except ValidationError as error:
            self.add_error("password", error)
        if "again" in given and given["again"] != password:
            self.add_error("again", _("This is not the same."))
        return given

    def _whose(self, given: dict[str, Any]) -> User | None:
        return self.user


class FirstAdministratorForm(PasswordForm):
    """Who sets the desk up. Their account is made by it."""

    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    username = forms.CharField(
        label=_("User name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    field_order = ("first_name", "last_name", "username", "email", "password", "again")

    def clean_username(self) -> str:
        username: str = User.normalize_username(self.cleaned_data["username"])
        User._meta.get_field("username").run_validators(username)
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("Somebody has this name already."))
        return username

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("Another account has this address."))
        return email

    def _whose(self, given: dict[str, Any]) -> User | None:
        return User(**{name: given.get(name, "") for name in ("username", "email", "first_name", "last_name")})
