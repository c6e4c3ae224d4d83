"""People who sign in."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError as Refused
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from config.rest.fields import Choice, Email, Flag, Line, Named
from config.rest.permissions import Configures
from config.rest.query import YesNo
from config.rest.serializers import StrictModel
from config.rest.views import Changed, Created, Listed, Noun, PageQuery, Retrieved
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
        max_length=128, write_only=True, required=False, help_text="Left out: the user sets one by e-mail."
    )

    class Meta(UserShape.Meta):
        fields = [*UserShape.Meta.fields, "password"]

    def validate_password(self, password: str) -> str:
        try:
            validate_password(password)
        except Refused as error:
            raise serializers.ValidationError(error.messages) from None
        return password

    def create(self, values: dict[str, Any]) -> User:
        password = values.pop("password", None)
        return add_person(User(**values), password=password, **self.who)


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
