"""Fields that take a JSON value of their own type and nothing that merely resembles it."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,12})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
FRACTION = re.compile(r"(\.\d{6})\d+")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Kept: tab and line feed. A form feed or a line separator in a subject would pass Django's own check for mail headers.
CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
LONGEST_TEXT = 20_000


class Text(serializers.CharField):
    """Text of several lines; control characters go, line ends become "\\n"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_TEXT)
        super().__init__(**kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        if isinstance(data, str):
            # The documented length holds for what was sent, not for what cleaning leaves of it.
            if self.max_length is not None and len(data) > self.max_length:
                self.fail("max_length", max_length=self.max_length)
            data = self.clean(data)
        return super().run_validation(data)

    def clean(self, text: str) -> str:
        return CONTROL.sub("", text.replace("\r\n", "\n"))


class Line(Text):
    """Text of one line: line ends and runs of blanks become one blank."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)

    def clean(self, text: str) -> str:
        return CONTROL.sub("", " ".join(text.split()))


class Email(Line, serializers.EmailField):
    pass


class Slug(Line, serializers.SlugField):
    pass


class Whole(serializers.IntegerField):
    """A whole number: 3, and 3.0, which JSON does not tell apart; not "3" and not true."""

    def __init__(self, **kwargs: Any) -> None:
        # The same bound on every database, so that the API document does not depend on it.
        kwargs["max_value"] = min(kwargs.get("max_value", 32767), 32767)
        kwargs["min_value"] = max(kwargs.get("min_value", 0), 0)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | float) or data != int(data):
            self.fail("invalid")
        return int(super().to_internal_value(int(data)))


class Flag(serializers.BooleanField):
    """true or false; not "yes" and not 1."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Choice(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """An instant, ISO 8601 with its offset from UTC; from 1970 to 2199. Answers are in UTC."""

    default_error_messages = {
        "invalid": _("Give a date and time with its offset from UTC, such as 2026-03-01T09:30:00Z."),
        "out_of_range": _("This lies outside the years 1970 to 2199."),
    }

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or not INSTANT.fullmatch(value):
            self.fail("invalid")
        try:
            at = datetime.fromisoformat(FRACTION.sub(r"\1", value.upper()))
        except ValueError:
            self.fail("invalid")
        try:
            at = at.astimezone(UTC)
        except OverflowError:  # 9999-12-31T23:59:59-23:00
            self.fail("out_of_range")
        if not EARLIEST <= at < LATEST:
            self.fail("out_of_range")
        return at

    def to_representation(self, value: Any) -> str | None:
        return iso(value) if value else None


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Day(serializers.DateField):
    default_error_messages = {
        "invalid": _("Give a date such as 2026-12-25."),
        "out_of_range": _("This lies outside the years 1970 to 2199."),
    }

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not DAY.fullmatch(value):
            self.fail("invalid")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail("invalid")
        if not EARLIEST.date() <= day < LATEST.date():
            self.fail("out_of_range")
        return day


@extend_schema_field({"type": "string", "pattern": r"^\d{1,12}(\.\d{1,2})?$", "example": "1840000.00"})
class Amount(serializers.DecimalField):
    """Money, as a decimal string: "1840000.00"."""

    default_error_messages = {"invalid": _('Give an amount as text, such as "1840000.00".')}

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", data):
            self.fail("invalid")
        return super().to_internal_value(data)


class _NotBlank(serializers.RelatedField):
    """An empty text is no way to say null."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data == "":
            self.fail("required")
        return super().run_validation(data)


class Named(_NotBlank, serializers.SlugRelatedField):
    """Another record by its short name."""

    words: ClassVar[dict[str, str]] = {
        "username": "A username.",
        "slug": "A short name.",
        "code": "A code such as `P1`.",
    }

    def __init__(self, slug_field: str, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", self.words[slug_field])
        super().__init__(slug_field, **kwargs)

    default_error_messages = {"does_not_exist": _("There is none called “{value}”.")}

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Listed(_NotBlank, serializers.PrimaryKeyRelatedField):
    """Another record by its `id`."""

    def to_internal_value(self, data: Any) -> Model:
        if isinstance(data, bool) or not isinstance(data, int) or not 0 < data < 2**63:
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)
