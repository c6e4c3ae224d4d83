"""The severities and the working calendars: what the protocol promises."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.rest.fields import Day, Flag, Line, Named, Text, Whole
from config.rest.permissions import Configures
from config.rest.serializers import StrictModel
from config.rest.views import Changed, Created, Deleted, Listed, Noun, Retrieved
from contacts.models.matrix import Level
from escalations.api.shapes import LEVEL, level_of
from escalations.models import Calendar, Severity
from escalations.models.severity import validate_target
from escalations.opening_hours import WEEKDAYS
from escalations.protocol.force import changing
from escalations.protocol.standing import lock

LONGEST_AFTERCARE = 365


@extend_schema_field(LEVEL)
class AnyRung(serializers.Field[Any, Any, Any, Any]):
    """1 to 5, "technical" or "product"."""

    default_error_messages = {"invalid": _("Give a level from 1 to 5, “technical” or “product”.")}

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, str) and data in Level.values and not data.isdigit():
            return data
        if isinstance(data, bool) or not isinstance(data, int | float) or data not in (1, 2, 3, 4, 5):
            self.fail("invalid")
        return int(data)

    def to_representation(self, value: Any) -> int | str:
        return level_of(str(value))


class Target(Line):
    """ "15m", "4h" or "5bd"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=8, validators=[validate_target], **kwargs)


class SeverityShape(StrictModel):
    examples = serializers.ListField(child=Text(max_length=1000), max_length=50)
    response_target = Target(help_text="`15m`, `4h` or `5bd` (business days).")
    resolution_target = Target()
    update_every = Target(allow_blank=True, help_text="Empty: only what is promised.")
    calendar = Named("slug", queryset=Calendar.objects.all(), allow_null=True, help_text="Null is 24x7.")
    response_calendar = Named("slug", queryset=Calendar.objects.all(), allow_null=True, help_text="Null is 24x7.")
    at_risk_percent = Whole(min_value=1, max_value=99)
    step = Target(help_text="How long a rung has before the next is told.")
    notify_on_open = serializers.ListField(child=AnyRung(), max_length=7)
    aftercare_days = Whole(max_value=LONGEST_AFTERCARE)

    class Meta:
        model = Severity
        fields = [
            "code",
            "name",
            "definition",
            "examples",
            "response_target",
            "resolution_target",
            "update_every",
            "calendar",
            "response_calendar",
            "at_risk_percent",
            "step",
            "notify_on_open",
            "post_mortem",
            "aftercare_days",
        ]
        read_only_fields = ["code"]

    def validate_notify_on_open(self, rungs: list[int | str]) -> list[int | str]:
        return list(dict.fromkeys(rungs))


class Severities(Listed, Retrieved, Changed, Noun):
    """The four severities and their targets. A change holds for tickets logged, or re-graded, from then on."""

    shape = SeverityShape
    takes = {"partial_update": SeverityShape}
    permission_classes = [Configures]
    queryset = Severity.objects.select_related("calendar", "response_calendar")
    lookup_field = "code"
    lookup_value_regex = "[A-Za-z0-9]{1,4}"

    def hold_row(self) -> None:
        lock()

    def partial_update(self, request: Request, **kwargs: str) -> Response:
        with changing(request.user, self.at):
            return super().partial_update(request, **kwargs)


INTERVALS = {
    "type": "array",
    "maxItems": 24,
    "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "string", "pattern": r"^\d\d:\d\d$"}},
}


@extend_schema_field(
    {
        "type": "object",
        "properties": dict.fromkeys(WEEKDAYS, INTERVALS),
        "additionalProperties": False,
        "example": {"mon": [["09:00", "17:00"]]},
    }
)
class Hours(serializers.JSONField):
    """Weekdays to intervals; null is round the clock."""


@extend_schema_field(
    {"type": "object", "additionalProperties": INTERVALS, "example": {"2026-12-24": [["09:00", "12:00"]]}}
)
class Overrides(serializers.JSONField):
    """Dates to the intervals that hold on them instead."""


@extend_schema_field({"type": "string", "format": "date"})
class DayText(Day):
    """A date, kept as its text."""

    def to_internal_value(self, value: Any) -> Any:
        return super().to_internal_value(value).isoformat()

    def to_representation(self, value: Any) -> Any:
        return value


class CalendarShape(StrictModel):
    hours = Hours(allow_null=True, required=False)
    holidays = serializers.ListField(child=DayText(), max_length=1000, required=False)
    overrides = Overrides(required=False)
    default = Flag(required=False)

    class Meta:
        model = Calendar
        fields = ["slug", "name", "timezone", "hours", "holidays", "overrides", "default"]

    settled = {"calendar_one_default"}  # by `save`

    def validate_slug(self, slug: str) -> str:
        others = Calendar.objects.exclude(pk=self.instance.pk if self.instance else None)
        if others.filter(slug=slug).exists():
            raise serializers.ValidationError(_("There is a calendar of this name already."))
        return slug

    def validate_overrides(self, overrides: Any) -> Any:
        if not isinstance(overrides, dict):
            raise serializers.ValidationError(_("Give an object of dates."))
        for text in overrides:
            try:
                Day().run_validation(text)
            except serializers.ValidationError as error:
                raise serializers.ValidationError({text: error.detail}) from None
        return overrides

    def save(self, **kwargs: Any) -> Calendar:
        """Making one the default takes it from the one before."""
        with transaction.atomic():
            if self.validated_data.get("default"):
                Calendar.objects.filter(default=True).update(default=False)
            return super().save(**kwargs)

    def update(self, instance: Calendar, validated_data: dict[str, Any]) -> Calendar:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        instance.revise()
        return instance


class Calendars(Listed, Retrieved, Created, Changed, Deleted, Noun):
    """Working hours that severities count in. Running clocks keep the due times they have."""

    shape = CalendarShape
    takes = {"create": CalendarShape, "partial_update": CalendarShape}
    permission_classes = [Configures]
    queryset = Calendar.objects.all()
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def hold_row(self) -> None:
        lock()

    def create(self, request: Request) -> Response:
        with changing(request.user, self.at):
            return super().create(request)

    def partial_update(self, request: Request, **kwargs: str) -> Response:
        with changing(request.user, self.at):
            return super().partial_update(request, **kwargs)

    def destroy(self, request: Request, **kwargs: str) -> Response:
        with changing(request.user, self.at):
            return super().destroy(request, **kwargs)
