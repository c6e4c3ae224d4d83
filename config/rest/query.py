"""Fields of query strings, where everything arrives as text."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from config.rest.fields import Choice, Line


class Number(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str) or not (data.isascii() and data.isdigit() and len(data) < 19):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class YesNo(serializers.BooleanField):
    """`true` or `false`."""

    def to_internal_value(self, data: Any) -> bool:
        if data not in ("true", "false"):
            self.fail("invalid", input=data)
        return bool(data == "true")


class Many(serializers.ListField):
    """Several values: the parameter repeated, or parted by commas."""

    child: serializers.Field[Any, Any, Any, Any]

    def to_internal_value(self, data: Any) -> list[Any]:
        texts = [data] if isinstance(data, str) else data
        return list(super().to_internal_value([part for text in texts for part in text.split(",") if part]))

    def run_child_validation(self, data: list[str]) -> list[Any]:
        """What is wrong is said of the parameter, as it was written: it has no `.0`."""
        found: list[Any] = []
        wrong: list[Any] = []
        for text in data:
            try:
                found.append(self.child.run_validation(text))
            except serializers.ValidationError as error:
                wrong += error.detail
        if wrong:
            raise serializers.ValidationError(wrong)
        return found

    def get_value(self, dictionary: Any) -> Any:
        return dictionary.get(self.field_name, serializers.empty)


class Order(Choice):
    default_error_messages = {"invalid_choice": _("Order by one of: {allowed}.")}

    def fail(self, key: str, **kwargs: Any) -> Any:
        return super().fail(key, allowed=", ".join(self.choices), **kwargs)


__all__ = ["Line", "Many", "Number", "Order", "YesNo"]
