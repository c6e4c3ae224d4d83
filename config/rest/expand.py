"""`?expand=customer,events`: what belongs to a row comes with it, in one answer and with no query a row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.rest.fields import Choice
from config.rest.query import Many


@dataclass(frozen=True)
class Expansion:
    """`of` a row, shown in `shape`; `fetch` makes all rows bring it along, so that `of` asks nothing."""

    shape: type[serializers.BaseSerializer[Any]]
    of: Callable[[Any], Any]
    fetch: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    many: bool = False


class Name(Choice):
    default_error_messages = {"invalid_choice": _("“{input}” cannot be expanded here. What can: {allowed}.")}

    def fail(self, key: str, **kwargs: Any) -> Any:
        return super().fail(key, allowed=", ".join(self.choices), **kwargs)


class Expand(Many):
    """The parameter; the names are those of `expansions`."""

    def __init__(self, *names: str, **kwargs: Any) -> None:
        help_text = f"Brought along in `expanded`: {', '.join(f'`{name}`' for name in names)}."
        super().__init__(child=Name(names), required=False, help_text=help_text, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class Expanded(serializers.Field[Any, Any, Any, Any]):
    """What was asked for, by its name. Not there at all where nothing was."""

    def __init__(self, expansions: Mapping[str, Expansion], **kwargs: Any) -> None:
        super().__init__(source="*", required=False, **kwargs)
        self.expansions = expansions
        self._shapes: dict[str, Any] = {}

    def get_attribute(self, instance: Any) -> Any:
        if not self.context.get("expand"):
            raise serializers.SkipField
        return instance

    def to_representation(self, row: Any) -> dict[str, Any]:
        return {name: self._shown(name, row) for name in self.context["expand"]}

    def _shown(self, name: str, row: Any) -> Any:
        expansion = self.expansions[name]
        # One serializer for all rows: making one for each costs more than showing it.
        if name not in self._shapes:
            self._shapes[name] = expansion.shape(context=self.context)
        shape = self._shapes[name]
        found = expansion.of(row)
        if expansion.many:
            return [shape.to_representation(each) for each in found]
        return None if found is None else shape.to_representation(found)


def expanded(title: str, expansions: Mapping[str, Expansion]) -> Expanded:
    """The field; `title` is the name of its part of the API document."""
    parts = {
        name: each.shape(many=True, required=False) if each.many else each.shape(required=False, allow_null=True)
        for name, each in expansions.items()
    }
    described = type(title, (serializers.Serializer,), parts)
    kind = extend_schema_field(described(required=False, help_text="Only with `expand`."))(type(title, (Expanded,), {}))
    return kind(expansions)


def brought_along(rows: QuerySet[Any], expansions: Mapping[str, Expansion], names: list[str]) -> QuerySet[Any]:
    for name in names:
        rows = expansions[name].fetch(rows)
    return rows
