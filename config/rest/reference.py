"""The OpenAPI document, and the page for people that is made from it: no script, nothing from elsewhere."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.rest import examples


@cache
def document() -> dict[str, Any]:
    """The whole document; the same for everybody."""
    return dict(SchemaGenerator().get_schema(public=True))


class SchemaDocument(APIView):
    """JSON, or YAML for who asks for it by the Accept header or `?format=yaml`."""

    authentication_classes = []
    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]
    schema = None

    def get(self, request: Request) -> Response:
        return Response(deepcopy(document()))


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    required: bool
    help: str
    where: str = ""


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    codes: list[tuple[str, str]]
    sent: str  # an example of the body, and of the answer
    received: str

    @property
    def names(self) -> list[str]:
        """What stands in the address in braces."""
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def asks(self) -> list[str]:
        """What the query string may say."""
        return [field.name for field in self.parameters if field.where == "query"]

    @property
    def can_be_tried(self) -> bool:
        """Reading changes nothing, whatever is asked."""
        return self.method == "GET"

    def says(self, words: list[str]) -> bool:
        fields = " ".join(field.name for field in (*self.parameters, *self.body))
        text = f"{self.method} {self.path} {self.summary} {self.description} {fields}".lower()
        return all(word in text for word in words)


LONGEST_SEARCH = 100  # characters


class Reference(View):
    """`q`: the calls in whose names, words or fields all of its words stand."""

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH]
        words = asked.lower().split()
        found = {noun: [each for each in calls if each.says(words)] for noun, calls in nouns().items()}
        context = {
            "layout": "base.html" if request.user.is_authenticated else "quiet.html",
            "nouns": {noun: calls for noun, calls in found.items() if calls},
            "asked": asked,
            "count": sum(map(len, found.values())),
        }
        return render(request, "api/reference.html", context)


@cache
def nouns() -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = {}
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    return found


def _operation(path: str, method: str, operation: dict[str, Any]) -> Operation:
    answers = operation["responses"]
    best = answers[min(answers)]  # 2xx, since every operation has one
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=[_parameter(parameter) for parameter in operation.get("parameters", ())],
        body=list(_fields(_content(operation.get("requestBody", {})))),
        answer=list(_fields(_content(best))),
        codes=[(code, HTTPStatus(int(code)).phrase) for code in sorted(answers)],
        sent=_example(operation.get("requestBody", {})),
        received=_example(best),
    )


def _example(part: dict[str, Any]) -> str:
    example = next(iter(part.get("content", {}).values()), {}).get("example")
    return examples.printed(example) if example else ""


def _parameter(parameter: dict[str, Any]) -> Field:
    return Field(
        parameter["name"],
        _kind(parameter["schema"]),
        parameter.get("required", False),
        parameter.get("description", ""),
        parameter["in"],
    )


def _content(part: dict[str, Any]) -> dict[str, Any]:
    schema = next(iter(part.get("content", {}).values()), {}).get("schema", {})
    schema = _resolved(schema)
    page = schema.get("properties", {}).get("results")
    return _resolved(page["items"]) if page else schema


def _fields(schema: dict[str, Any]) -> Iterator[Field]:
    for name, inner in schema.get("properties", {}).items():
        yield Field(name, _kind(inner), name in schema.get("required", ()), _resolved(inner).get("description", ""))


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document()["components"]["schemas"][name] if name else schema


def _kind(schema: dict[str, Any]) -> str:
    """The type in a few words."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2].removesuffix("Request")
    if options := schema.get("oneOf") or schema.get("anyOf"):
        return " or ".join(_kind(option) for option in options)
    if "enum" in schema:
        return ", ".join("null" if value is None else str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    kinds = schema.get("type", "any value")
    words = " or ".join(kinds) if isinstance(kinds, list) else kinds
    return words.replace("string", schema["format"]) if "format" in schema else words
