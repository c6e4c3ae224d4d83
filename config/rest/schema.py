"""The OpenAPI 3.1 document: what the nouns declare, plus the problems that every operation can answer with."""

import inspect
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from config.rest import examples

PROBLEMS = {
    400: "Something in the query string or the body cannot be used; `fields` names it.",
    401: "Not signed in, or the token is unknown, expired or revoked.",
    403: "Your role does not allow this.",
    404: "There is nothing by this name.",
    406: "Answers are JSON.",
    409: "The present state does not allow it, or a request with this Idempotency-Key is still running.",
    412: "`If-Match` names a tag that this has no more: somebody changed it since.",
    413: "The body is too large.",
    415: "Bodies are JSON.",
    422: "This Idempotency-Key was used for another request.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
}
TEXT = {"schema": {"type": "string"}}
LIMITS = {
    "RateLimit": {**TEXT, "description": 'What is left, and for how many seconds: `"requests";r=5999;t=42`.'},
    "RateLimit-Policy": {**TEXT, "description": 'Requests in a window of seconds: `"requests";q=6000;w=60`.'},
}
WAIT = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
CONDITIONS = {
    "If-None-Match": "The tag of a copy: 304 if it is still right.",
    "If-Match": "The tag of what was read: 412 if it was changed since, checked in the transaction of the change.",
}
TAG = {"ETag": {**TEXT, "description": "Which version of it this is."}}


USUAL = {
    "list": "List {nouns}.",
    "retrieve": "Read one.",
    "create": "Make one.",
    "partial_update": "Change what is given, and nothing else.",
    "destroy": "Delete one.",
}


class Problem(serializers.Serializer[Any]):
    """An error, as RFC 9457 has it. `fields` maps dotted names to what is wrong with each."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    fields_ = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)

    def get_fields(self) -> dict[str, Any]:
        # `fields` itself is taken by the base class.
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "contacts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "From `manage.py create_token USER`."}


class Schema(AutoSchema):
    def get_tags(self) -> list[str]:
        return [self._tokenize_path()[0]]

    def get_summary(self) -> str:
        return self._own_words().partition(". ")[0].partition("\n")[0].rstrip(".")

    def get_description(self) -> str:
        if self.view.action == "list":
            return inspect.cleandoc(type(self.view).__doc__ or "")
        return self._own_words()

    def _own_words(self) -> str:
        handler = getattr(self.view, self.view.action)
        usual = USUAL.get(self.view.action, "").format(nouns=self.get_tags()[0])
        return inspect.cleandoc(handler.__doc__ or usual)

    def get_override_parameters(self) -> list[Any]:
        query = self.view.query_class()
        parameters: list[Any] = [query] if query().fields else []
        if self.method == "POST":
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    {"type": "string", "pattern": "^[!-~]{1,200}$"},
                    OpenApiParameter.HEADER,
                    description="Sent again with the same body within a day, the work is done once.",
                )
            )
        if condition := self._condition():
            parameters.append(
                OpenApiParameter(condition, str, OpenApiParameter.HEADER, description=CONDITIONS[condition])
            )
        return parameters

    def _condition(self) -> str:
        if self.view.action == "retrieve":
            return "If-None-Match"
        return "If-Match" if self.view.detail and self.method not in SAFE_METHODS else ""

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = super()._get_parameters()
        for parameter in parameters:
            if parameter["in"] == "query":  # an empty one counts as not given
                parameter["allowEmptyValue"] = True
                parameter["schema"].pop("minLength", None)
        return list(parameters)

    def get_request_serializer(self) -> Any:
        return self.view.body_class()

    def get_response_serializers(self) -> Any:
        return self.view.get_serializer_class()

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        return type(serializer).__name__.removeprefix("Full").removesuffix("Shape").removesuffix("Body")

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.view.action in self.view.listed and not isinstance(serializer, Problem)

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        answers = super()._get_response_bodies(direction)
        shows_one = self.view.get_serializer_class() is self.view.shape and not self._is_list_view()
        for answer in answers.values():
            answer["headers"] = {**LIMITS, **(TAG if shows_one and "content" in answer else {})}
        if self.view.action == "retrieve":
            answers["304"] = {"description": "The copy with this tag is still right.", "headers": {**LIMITS, **TAG}}
        for code in self._problem_codes():
            answers[str(code)] = self._problem(code)
        return answers

    def _problem_codes(self) -> list[int]:
        codes = {400, 401, 406, 429}
        if "{" in self.path:
            codes.add(404)
        if self.method not in SAFE_METHODS:
            codes |= {403, 409}
        if self._condition() == "If-Match":
            codes.add(412)
        if self.method in ("POST", "PATCH", "PUT"):
            codes |= {413, 415}
        if self.method == "POST":
            codes.add(422)
        return sorted(codes)

    def _problem(self, code: int) -> dict[str, Any]:
        component = self.resolve_serializer(Problem, "response")
        example = {"problem": {"$ref": f"#/components/examples/Problem{code}"}}
        content = {"application/problem+json": {"schema": component.ref, "examples": example}}
        headers = LIMITS | WAIT if code == 429 else LIMITS
        return {"description": PROBLEMS[code], "content": content, "headers": headers}

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        schema = super()._map_basic_serializer(serializer, direction)
        if direction == "request":
            schema["additionalProperties"] = False
        return schema


def tidy(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Drop the generator's notes to itself, add examples."""
    _strip(result)
    examples.add(result)
    problems = {code: examples.problem(code, HTTPStatus(code).phrase) for code in PROBLEMS}
    result["components"]["examples"] = {f"Problem{code}": {"value": value} for code, value in problems.items()}
    return result


def _strip(node: Any) -> None:
    if isinstance(node, dict):
        node.pop("x-spec-enum-id", None)
        for inner in node.values():
            _strip(inner)
    elif isinstance(node, list):
        for inner in node:
            _strip(inner)
