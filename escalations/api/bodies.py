"""What a ticket and its verbs take. A field is called what the verb calls it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.rest.fields import Choice, Email, Flag, Line, Moment, Named, Text
from config.rest.serializers import Strict
from contacts.models import Customer, User
from escalations.enums import Confidential, RootCause
from escalations.models import Severity

AHEAD = timedelta(seconds=60)  # the reporter's machine may be a little ahead of ours


def people() -> Any:
    return User.objects.select_related("team").filter(is_active=True)


class ReporterBody(Strict):
    name = Line(max_length=120, required=False, allow_blank=True)
    email = Email(max_length=254, required=False, allow_blank=True)


class Tags(serializers.ListField):
    child = Line(max_length=40)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class TicketEdit(Strict):
    subject = Line(max_length=200)
    description = Text(allow_blank=True, required=False)
    customer = Named("slug", queryset=Customer.objects.select_related("team"))
    reporter = ReporterBody(required=False)
    tags = Tags(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name, value in attrs.pop("reporter", {}).items():
            attrs[f"reporter_{name}"] = value
        return attrs


def NamedPeople(help_text: str) -> serializers.ListField:  # noqa: N802 - reads as the fields beside it
    """Up to fifty user names."""
    named = Named("username", queryset=people())
    return serializers.ListField(child=named, max_length=50, required=False, help_text=help_text)


class TicketBody(TicketEdit):
    severity = Named("code", queryset=Severity.objects.select_related("calendar", "response_calendar"))
    owner = Named("username", queryset=people(), required=False, allow_null=True)
    reported_at = Moment(required=False, allow_null=True, help_text="May lie in the past: the clocks count from it.")
    confidential = Choice(
        Confidential.choices, required=False, allow_null=True, help_text="Why only named people see it; null: all do."
    )
    people = NamedPeople("Who sees a confidential one, besides its owner, you, and whom the ladder tells.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        attrs["confidential"] = attrs.get("confidential") or ""
        if attrs.get("people") and not attrs["confidential"]:
            raise serializers.ValidationError({"people": _("Only a confidential issue has such a list.")})
        return attrs

    def validate_reported_at(self, value: datetime | None) -> datetime | None:
        if value and value > self.context["at"] + AHEAD:
            raise serializers.ValidationError(_("This lies in the future."))
        return value


class KindBody(Strict):
    kind = Choice(Confidential.choices, help_text="Why only named people see it.")
    people = NamedPeople("Who may see it, besides those who work on it; they are told.")


class MakeOpenBody(Strict):
    reason = Text(required=False, allow_blank=True, default="")


class LetSeeBody(Strict):
    user = Named("username", queryset=people())
    reason = Text(required=False, allow_blank=True, default="", help_text="They read it, and the history keeps it.")


class UnletSeeBody(Strict):
    user = Named("username", queryset=User.objects.all())


class ReasonBody(Strict):
    reason = Text()


def language() -> Line:
    help_text = "Of the message, such as `de`; left out: the customer's, where the template has it."
    return Line(max_length=10, required=False, allow_blank=True, help_text=help_text)


class AcknowledgeBody(Strict):
    message = Flag(required=False, default=False, help_text="Send the acknowledgement template to the customer.")
    language = language()


class AssignBody(Strict):
    owner = Named("username", queryset=people())


class RegradeBody(Strict):
    severity = Named("code", queryset=Severity.objects.select_related("calendar", "response_calendar"))
    reason = Text()


class NoteBody(Strict):
    text = Text()


class UpdateBody(Strict):
    summary = Text()
    next_steps = Text()
    expected_resolution = Line(max_length=200, required=False, allow_blank=True)
    next_update_at = Moment(required=False, allow_null=True, help_text="A promise: the next update is due then.")
    language = language()


@extend_schema_field({"oneOf": [{"type": "integer", "minimum": 2, "maximum": 5}, {"enum": ["technical", "product"]}]})
class Rung(serializers.Field[Any, Any, Any, Any]):
    """2 to 5, "technical" or "product"."""

    default_error_messages = {"invalid": _("Give a level from 2 to 5, “technical” or “product”.")}

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, str) and data in ("technical", "product"):
            return data
        if isinstance(data, bool) or not isinstance(data, int | float) or data not in (2, 3, 4, 5):
            self.fail("invalid")
        return int(data)


class EscalateBody(Strict):
    reason = Text()
    level = Rung(required=False, allow_null=True, help_text="Left out: the next level.")


class CloseBody(Strict):
    reason = Text(
        required=False, allow_blank=True, help_text="Closes it although required lines of the checklist are open."
    )


class ResolveBody(Strict):
    root_cause = Text()
    solution = Text()
    prevention = Text()
    cause = Choice(RootCause.choices, required=False, allow_blank=True, help_text="The kind of cause, for the numbers.")
    language = language()
