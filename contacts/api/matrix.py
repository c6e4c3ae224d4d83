"""The contact matrix and who of it is away."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.rest.fields import Line, Named, Whole
from config.rest.fields import Listed as ListedField
from config.rest.permissions import Manages
from config.rest.query import Number
from config.rest.serializers import StrictModel
from config.rest.views import Changed, Created, Deleted, Listed, Noun, PageQuery, Retrieved
from contacts.models import Absence, Contact, Team, User
from contacts.models.matrix import Level


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 1, "maximum": 5}, {"enum": ["technical", "product"]}]})
class LevelField(serializers.Field[Any, Any, Any, Any]):
    """1 to 5, "technical" or "product"."""

    default_error_messages = {"invalid": _("Give a level from 1 to 5, “technical” or “product”.")}

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, str) and data in Level.values and not data.isdigit():
            return data
        if isinstance(data, bool) or not isinstance(data, int | float) or data not in (1, 2, 3, 4, 5):
            self.fail("invalid")
        return str(int(data))

    def to_representation(self, value: str) -> int | str:
        return int(value) if value.isdigit() else value


class ContactShape(StrictModel):
    level = LevelField()
    team = Named("slug", queryset=Team.objects.all(), allow_null=True, required=False, help_text="Null: everyone's.")
    position = Whole(required=False, max_value=99, help_text="0 is asked first, then the backups.")
    user = Named("username", queryset=User.objects.all(), allow_null=True, required=False)

    class Meta:
        model = Contact
        fields = ["id", "level", "title", "name", "email", "phone", "team", "position", "user"]

    blame = {
        "contact_rung_once": ("position", _("This position of the rung is taken.")),
        "contact_team_rung_once": ("position", _("This position of the team's rung is taken.")),
    }

    def update(self, instance: Contact, values: dict[str, Any]) -> Contact:
        """A new address has not refused any mail yet."""
        before = instance.address
        for name, value in values.items():
            setattr(instance, name, value)
        if instance.address != before:
            instance.forget_address()
        instance.save()
        return instance


class ContactQuery(PageQuery):
    level = Line(required=False, max_length=9, help_text="1 to 5, technical or product.")
    team = Named("slug", queryset=Team.objects.all(), required=False)

    def validate_level(self, value: str) -> str:
        if value not in Level.values:
            raise serializers.ValidationError(LevelField.default_error_messages["invalid"])
        return value


class Contacts(Listed, Retrieved, Created, Changed, Deleted, Noun):
    """The matrix: who stands on which rung, for which team, in which position."""

    shape = ContactShape
    takes = {"create": ContactShape, "partial_update": ContactShape}
    asks = {"list": ContactQuery}
    orders = {"": ("level", "position", "pk")}
    permission_classes = [Manages]
    queryset = Contact.objects.select_related("team", "user")
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        wanted = {name: self.query[name] for name in ("level", "team") if self.action == "list" and name in self.query}
        return super().get_queryset().filter(**wanted)


class AbsenceShape(StrictModel):
    contact = ListedField(queryset=Contact.objects.select_related("user"))
    delegate = ListedField(
        queryset=Contact.objects.all(), allow_null=True, required=False, help_text="The contact who stands in."
    )

    class Meta:
        model = Absence
        fields = ["id", "contact", "starts_at", "ends_at", "delegate", "note"]

    blame = {
        "absence_ends_after_start": ("ends_at", _("This must lie after the start.")),
        "absence_delegate_is_other": ("delegate", _("Somebody else must stand in.")),
    }


class AbsenceQuery(PageQuery):
    contact = Number(required=False, min_value=1)


class Absences(Listed, Retrieved, Created, Changed, Deleted, Noun):
    """Who of the matrix is away, from when to when, and who stands in."""

    shape = AbsenceShape
    takes = {"create": AbsenceShape, "partial_update": AbsenceShape}
    asks = {"list": AbsenceQuery}
    orders = {"": ("-starts_at", "-pk")}
    permission_classes = [Manages]
    queryset = Absence.objects.all()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        wanted = {"contact": self.query["contact"]} if self.action == "list" and "contact" in self.query else {}
        return super().get_queryset().filter(**wanted)
