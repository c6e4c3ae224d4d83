"""The wording of messages to customers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from config.rest.fields import Flag, Line, Text
from config.rest.permissions import Configures
from config.rest.serializers import Strict, StrictModel
from config.rest.views import Changed, Listed, Noun, Retrieved
from templates_app.models import CommunicationTemplate
from templates_app.placeholders import PLACEHOLDERS, validate_wording


class WrittenField(Strict):
    """What the writer fills in."""

    name = Line(max_length=40)
    label = Line(max_length=120)
    required = Flag(required=False, default=True)

    def validate_name(self, value: str) -> str:
        if value not in PLACEHOLDERS:
            raise serializers.ValidationError(_("This is not a placeholder."))
        return value


class TemplateShape(StrictModel):
    severities = serializers.ListField(child=Line(max_length=4), max_length=20)
    subject = Line(max_length=200, validators=[validate_wording])
    body = Text(validators=[validate_wording])
    fields_ = WrittenField(many=True, max_length=30)

    class Meta:
        model = CommunicationTemplate
        fields = ["slug", "name", "severities", "subject", "body", "fields_"]
        read_only_fields = ["slug"]

    def get_fields(self) -> dict[str, Any]:
        # `fields` itself is taken by the base class.
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}


class Templates(Listed, Retrieved, Changed, Noun):
    """Wording with placeholders. Administrators change it."""

    shape = TemplateShape
    takes = {"partial_update": TemplateShape}
    permission_classes = [Configures]
    queryset = CommunicationTemplate.objects.all()
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
