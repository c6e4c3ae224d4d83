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

    def get_value(self, dictionary: Any) -> Any:
        return dictionary.get(self.field_name, serializers.empty)


class Order(Choice):
    default_error_messages = {"invalid_choice": _("Order by one of: {allowed}.")}

    def fail(self, key: str, **kwargs: Any) -> Any:
        return super().fail(key, allowed=", ".join(self.choices), **kwargs)


__all__ = ["Line", "Many", "Number", "Order", "YesNo"]
