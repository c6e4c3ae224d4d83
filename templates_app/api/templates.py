"""The wording of messages to customers."""

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.problems import Conflict
from config.rest.fields import Flag, Line, Moment, Slug, Text
from config.rest.permissions import Manages
from config.rest.serializers import Strict, StrictModel
from config.rest.views import Changed, Created, Listed, Noun, Retrieved
from templates_app.editor.saving import NotNow, archive, create_template, save_template, unarchive
from templates_app.models import CommunicationTemplate, TemplateVersion
from templates_app.placeholders import PLACEHOLDERS, validate_wording

PARTS = ("name", "severities", "subject", "body", "fields", "translations")


class WrittenField(Strict):
    """What the writer fills in."""

    name = Line(max_length=40)
    label = Line(max_length=120)
    required = Flag(required=False, default=True)

    def validate_name(self, value: str) -> str:
        if value not in PLACEHOLDERS:
            raise serializers.ValidationError(_("This is not a placeholder."))
        return value


class WordsShape(Strict):
    """The same in another language."""

    subject = Line(max_length=200, validators=[validate_wording])
    body = Text(validators=[validate_wording])


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {"subject": {"type": "string"}, "body": {"type": "string"}},
            "required": ["subject", "body"],
        },
    }
)
class Translations(serializers.DictField):
    child = WordsShape()

    def to_representation(self, value: Any) -> dict[str, dict[str, str]]:
        return {each.language: {"subject": each.subject, "body": each.body} for each in value.all()}


class TemplateShape(StrictModel):
    severities = serializers.ListField(child=Line(max_length=4), max_length=20, help_text="Empty: all.")
    subject = Line(max_length=200, validators=[validate_wording])
    body = Text(validators=[validate_wording])
    fields_ = WrittenField(many=True, max_length=30)
    translations = Translations(required=False, help_text="By language, such as `de`. Given, it is given whole.")
    archived = Flag(source="is_archived", required=False, help_text="An archived template is offered no more.")
    version = serializers.SerializerMethodField()

    class Meta:
        model = CommunicationTemplate
        fields = ["slug", "name", "severities", "subject", "body", "fields_", "translations", "archived", "version"]
        read_only_fields = ["slug"]

    def get_fields(self) -> dict[str, Any]:
        # `fields` itself is taken by the base class.
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}

    def get_version(self, template: CommunicationTemplate) -> int:
        return max((each.number for each in template.versions.all()), default=0)

    def update(self, row: CommunicationTemplate, values: dict[str, Any]) -> CommunicationTemplate:
        by, at = self.context["request"].user.name, self.context["at"]
        wording = {name: values[name] for name in PARTS if name in values}
        try:
            if wording:
                save_template(template=row, wording=wording, by=by, at=at)
            if values.get("is_archived") is True:
                archive(template=row, at=at)
            elif values.get("is_archived") is False:
                unarchive(template=row)
        except NotNow as refusal:
            raise Conflict(str(refusal)) from None
        except Refused as error:
            raise serializers.ValidationError(_named(error)) from None
        return row


class NewTemplateShape(TemplateShape):
    """`slug` may be left out: it is made from the name."""

    slug = Slug(max_length=50, required=False)
    severities = serializers.ListField(child=Line(max_length=4), max_length=20, required=False)
    fields_ = WrittenField(many=True, max_length=30, required=False)

    class Meta(TemplateShape.Meta):
        fields = ["slug", "name", "severities", "subject", "body", "fields_", "translations"]
        read_only_fields: list[str] = []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs  # `create` has the last word

    def create(self, values: dict[str, Any]) -> CommunicationTemplate:
        by, at = self.context["request"].user.name, self.context["at"]
        wording = {name: values[name] for name in PARTS if name in values}
        try:
            return create_template(slug=values.get("slug", ""), wording=wording, by=by, at=at)
        except Refused as error:
            raise serializers.ValidationError(_named(error)) from None


def _named(error: Refused) -> dict[str, list[str]]:
    """ "body.de" is called "translations.de.body" here."""
    named = {}
    for name, problems in error.message_dict.items():
        part, dot, language = name.partition(".")
        named[f"translations.{language}.{part}" if dot and part != "translations" else name] = problems
    return named


class VersionShape(serializers.Serializer[TemplateVersion]):
    """How a template read from `at` on."""

    number = serializers.IntegerField()
    at = Moment()
    by = serializers.CharField(source="by_name", help_text="Empty: nobody is known, such as for the first one.")
    restored = serializers.IntegerField(allow_null=True, help_text="The version that was taken up again.")
    wording = serializers.JSONField(help_text="All of it, as in the template.")


class Templates(Listed, Retrieved, Created, Changed, Noun):
    """Wording with placeholders. Managers and administrators change it."""

    shape = TemplateShape
    takes = {"partial_update": TemplateShape, "create": NewTemplateShape}
    gives = {"versions": VersionShape}
    listed = {"list", "versions"}
    permission_classes = [Manages]
    queryset = CommunicationTemplate.objects.all()
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def get_queryset(self) -> Any:
        return CommunicationTemplate.objects.prefetch_related("translations", "versions")

    @action(detail=True, methods=["get"])
    def versions(self, request: Request, slug: str) -> Response:
        """Every version of it, the newest first."""
        return self.page_of_all(self.get_object().versions.all())
