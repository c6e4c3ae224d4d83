"""The contact matrix and who of it is away."""

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.rest.fields import Line, Moment, Named, Whole
from config.rest.fields import Listed as ListedField
from config.rest.permissions import Manages
from config.rest.query import Number
from config.rest.serializers import StrictModel
from config.rest.views import Changed, Created, Deleted, Listed, Noun, PageQuery, Retrieved
from contacts.absences import hold, save_absence
from contacts.models import Absence, Contact, Team, User
from contacts.models.history import Source
from contacts.models.matrix import Level
from contacts.rungs import held, remove_contact, save_contact


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

    def create(self, values: dict[str, Any]) -> Contact:
        return self._save(Contact(), values)

    def update(self, instance: Contact, values: dict[str, Any]) -> Contact:
        """Of two who change different fields at once, neither undoes the other's."""
        with transaction.atomic():
            if (contact := held(instance.pk)) is None:
                raise Http404  # removed a moment ago
            return self._save(contact, values)

    def _save(self, contact: Contact, values: dict[str, Any]) -> Contact:
        for name, value in values.items():
            setattr(contact, name, value)
        try:
            return save_contact(contact, by=self.context["request"].user, at=self.context["at"], source=Source.API)
        except Refused as error:
            raise serializers.ValidationError(error.message_dict) from None


class ContactQuery(PageQuery):
    level = Line(required=False, max_length=9, help_text="1 to 5, technical or product.")
    team = Named("slug", queryset=Team.objects.all(), required=False)
    user = Named("username", queryset=User.objects.all(), required=False)

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

    def hold_row(self) -> None:
        held(self.kwargs["pk"])

    def destroy(self, request: Request, **kwargs: str) -> Response:
        """The others keep their numbers: a program that numbers positions itself goes on with its own."""
        who: dict[str, Any] = {"by": request.user, "at": self.at, "source": Source.API}
        remove_contact(self.get_object(), close_ranks=False, **who)
        return Response(status=204)

    def get_queryset(self) -> Any:
        asked = ("level", "team", "user") if self.action == "list" else ()
        wanted = {name: self.query[name] for name in asked if name in self.query}
        return super().get_queryset().filter(**wanted)


class AbsenceShape(StrictModel):
    contact = ListedField(
        queryset=Contact.objects.select_related("user"),
        allow_null=True,
        required=False,
        help_text="Who is away: a contact, or else `user`. A contact's user is away everywhere.",
    )
    user = Named("username", queryset=User.objects.all(), allow_null=True, required=False)
    delegate = ListedField(
        queryset=Contact.objects.select_related("user"),
        allow_null=True,
        required=False,
        help_text="The contact who stands in, or else `delegate_user`.",
    )
    delegate_user = Named("username", queryset=User.objects.all(), allow_null=True, required=False)

    class Meta:
        model = Absence
        fields = ["id", "contact", "user", "starts_at", "ends_at", "delegate", "delegate_user", "note"]

    blame = {
        "absence_ends_after_start": ("ends_at", _("This must lie after the start.")),
        "absence_delegate_is_other": ("delegate", _("Somebody else must stand in.")),
        "absence_delegate_user_is_other": ("delegate_user", _("Somebody else must stand in.")),
        "absence_of_somebody": ("contact", _("Say who is away: a contact, or a user.")),
        "absence_one_delegate": ("delegate", _("Name one person who stands in.")),
    }

    def to_representation(self, row: Absence) -> dict[str, Any]:
        """Why somebody is away is between them and those who manage."""
        shown: dict[str, Any] = super().to_representation(row)
        reader = self.context["request"].user
        return shown if reader.may_manage or reader.pk == row.user_id else shown | {"note": ""}

    def create(self, values: dict[str, Any]) -> Absence:
        return _saved(Absence(**values))

    def update(self, row: Absence, values: dict[str, Any]) -> Absence:
        with transaction.atomic():
            hold(row.pk)
            if (now := Absence.objects.filter(pk=row.pk).first()) is None:
                raise Http404  # removed a moment ago
            for name, value in values.items():
                setattr(now, name, value)
            return _saved(now)


def _saved(absence: Absence) -> Absence:
    try:
        return save_absence(absence)
    except Refused as refused:
        raise serializers.ValidationError(refused.message_dict) from None


class AbsenceQuery(PageQuery):
    contact = Number(required=False, min_value=1)
    user = Named("username", queryset=User.objects.all(), required=False)
    at = Moment(required=False, help_text="Away at this instant.")


class Absences(Listed, Retrieved, Created, Changed, Deleted, Noun):
    """Who is away, from when to when, and who stands in. The note is shown to them and to those who manage."""

    shape = AbsenceShape
    takes = {"create": AbsenceShape, "partial_update": AbsenceShape}
    asks = {"list": AbsenceQuery}
    orders = {"": ("-starts_at", "-pk")}
    permission_classes = [Manages]
    queryset = Absence.objects.select_related("user", "delegate_user")
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        wanted = {
            name: self.query[name] for name in ("contact", "user") if self.action == "list" and name in self.query
        }
        rows = super().get_queryset().filter(**wanted)
        if self.action == "list" and "at" in self.query:
            rows = rows.filter(starts_at__lte=self.query["at"], ends_at__gt=self.query["at"])
        return rows
