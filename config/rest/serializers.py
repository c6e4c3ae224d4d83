"""Bodies and query strings that refuse what they do not know."""

import copy
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as Refused
from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers

from config.rest import fields


class Strict(serializers.Serializer[Any]):
    """A name that is not a field is an error that names it."""

    def to_internal_value(self, data: Any) -> Any:
        problems = {**self._strangers(data), **self._missing(data)} if isinstance(data, Mapping) else {}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**problems, **dict(error.detail)}) from None
        if problems:
            raise serializers.ValidationError(problems)
        return values

    def _strangers(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        return {str(name): [self._refusal(name)] for name in data if not self._takes(name)}

    def _missing(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        """A PATCH may leave out fields, but what it gives of a list is given whole."""
        if self.parent is None:
            return {}
        fields = {name: field for name, field in self.fields.items() if field.required and name not in data}
        return {name: [field.error_messages["required"]] for name, field in fields.items()}

    def _takes(self, name: str) -> bool:
        return name in self.fields and not self.fields[name].read_only

    def _refusal(self, name: str) -> str:
        return _("This cannot be set here.") if name in self.fields else _("There is no such field here.")


class Empty(Strict):
    """A body with nothing in it; leaving it out does as well."""


class Query(Strict):
    """A query string. A parameter may be given once; an empty one counts as not given."""

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(
            {name: value for name, value in data.items() if value or not self._takes(name)}
        )

    def _refusal(self, name: str) -> str:
        return _("There is no such parameter here.")


class StrictModel(Strict, serializers.ModelSerializer[Any]):
    """A row as JSON. Its constraints are checked before it is written, and name the field that is to blame."""

    # constraint's name -> (field, message); and those that writing the row takes care of
    blame: ClassVar[dict[str, tuple[str, Any]]] = {}
    settled: ClassVar[set[str]] = set()

    serializer_choice_field = fields.Choice
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: fields.Line,
        models.TextField: fields.Text,
        models.SlugField: fields.Slug,
        models.EmailField: fields.Email,
        models.PositiveSmallIntegerField: fields.Whole,
        models.BooleanField: fields.Flag,
        models.DateTimeField: fields.Moment,
        models.DateField: fields.Day,
        models.DecimalField: fields.Amount,
    }

    def get_validators(self) -> list[Any]:
        """Not DRF's reading of the constraints, which makes their fields required: see `check_constraints`."""
        return []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        row = copy.copy(self.instance) if self.instance else self.Meta.model()
        own = {field.name for field in self.Meta.model._meta.concrete_fields}
        for name, value in attrs.items():
            if name in own:
                setattr(row, name, value)
        try:
            row.clean()
        except Refused as error:
            raise serializers.ValidationError(error.message_dict) from None
        self.check_constraints(row)
        return attrs

    def create(self, values: dict[str, Any]) -> Any:
        return self.Meta.model._default_manager.create(**values)

    def update(self, row: Any, values: dict[str, Any]) -> Any:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        return row

    def check_constraints(self, row: models.Model) -> None:
        problems: dict[str, list[str]] = {}
        for constraint in row._meta.constraints:
            if constraint.name in self.settled:
                continue
            try:
                constraint.validate(type(row), row)
            except Refused as error:
                field, message = self.blame.get(constraint.name, ("", ""))
                problems.setdefault(field or "non_field_errors", []).extend([message] if message else error.messages)
        if problems:
            raise serializers.ValidationError(problems)
