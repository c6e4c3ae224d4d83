"""People who sign in."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError as Refused
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.problems import Conflict
from config.rest.fields import Choice, Email, Flag, Line, Named
from config.rest.permissions import Configures
from config.rest.query import YesNo
from config.rest.serializers import StrictModel
from config.rest.views import Changed, Created, Listed, Noun, PageQuery, Retrieved
from contacts.invitations import invite_person, why_not
from contacts.models import Team, User
from contacts.models.history import Source
from contacts.models.people import Role
from contacts.people import add_person, change_person


class UserShape(StrictModel):
    username = Line(max_length=150, validators=[UnicodeUsernameValidator()])
    name = serializers.CharField(read_only=True)
    email = Email(max_length=254, required=False, allow_blank=True)
    team = Named("slug", queryset=Team.objects.all(), allow_null=True, required=False)
    active = Flag(source="is_active", required=False, default=True)

    class Meta:
        model = User
        fields = [
            "username",
            "name",
            "first_name",
            "last_name",
            "email",
            "role",
            "team",
            "phone",
            "time_zone",
            "active",
        ]

    blame = {"user_email_once": ("email", _("Another user has this address."))}

    def validate_username(self, username: str) -> str:
        others = User.objects.exclude(pk=self.instance.pk if self.instance else None)
        if others.filter(username__iexact=username).exists():
            raise serializers.ValidationError(_("Another user has this name."))
        return username

    def update(self, instance: User, validated_data: dict[str, Any]) -> User:
        try:
            return change_person(instance, validated_data, **self.who)
        except Refused as error:
            names = {"is_active": "active"}
            problems = {names.get(name, name): said for name, said in error.message_dict.items()}
            raise serializers.ValidationError(problems) from None

    @property
    def who(self) -> dict[str, Any]:
        return {"by": self.context["request"].user, "at": self.context["at"], "source": Source.API}


class NewUserShape(UserShape):
    password = serializers.CharField(
        max_length=128, write_only=True, required=False, help_text="Left out: they are invited by mail."
    )

    invite = Flag(
        write_only=True,
        required=False,
        default=True,
        help_text="By mail, with a link to choose a password; where there is an address and no `password`.",
    )

    class Meta(UserShape.Meta):
        fields = [*UserShape.Meta.fields, "password", "invite"]

    def validate_password(self, password: str) -> str:
        try:
            validate_password(password)
        except Refused as error:
            raise serializers.ValidationError(error.messages) from None
        return password

    def create(self, values: dict[str, Any]) -> User:
        password, is_asked = values.pop("password", None), values.pop("invite")
        user = add_person(User(**values), password=password, **self.who)
        if is_asked and password is None and not why_not(user):
            invite_person(user, **self.who)
        return user


class UserQuery(PageQuery):
    role = Choice(Role.choices, required=False)
    team = Named("slug", queryset=Team.objects.all(), required=False)
    active = YesNo(required=False)


class Users(Listed, Retrieved, Created, Changed, Noun):
    """People who sign in. Accounts are closed (`active`), not deleted: their names stand in the history."""

    shape = UserShape
    takes = {"create": NewUserShape, "partial_update": UserShape}
    asks = {"list": UserQuery}
    orders = {"": ("username",)}
    permission_classes = [Configures]
    queryset = User.objects.select_related("team")
    lookup_field = "username"
    lookup_value_regex = r"[\w.@+-]{1,150}"

    def get_queryset(self) -> Any:
        columns = {"role": "role", "team": "team", "active": "is_active"} if self.action == "list" else {}
        wanted = {column: self.query[name] for name, column in columns.items() if name in self.query}
        return super().get_queryset().filter(**wanted)

    @action(detail=True, methods=["post"])
    def invite(self, request: Request, username: str) -> Response:
        """Invite by mail, or once more: the link of before ends. 409 says why somebody cannot be invited."""
        user = self.get_object()
        try:
            invite_person(user, by=request.user, at=self.at, source=Source.API)
        except Refused as error:
            raise Conflict(" ".join(error.messages)) from None
        return self.shown(self.get_queryset().get(pk=user.pk))
