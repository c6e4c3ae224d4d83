"""The base of every noun of the API. A noun declares its bodies and query strings; here they are read and checked."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, ClassVar
from urllib.parse import quote

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, ValidationError
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from config.problems import Conflict
from config.rest import rates
from config.rest.conditional import Unchanged, names, not_modified, tag_of
from config.rest.fields import Line
from config.rest.idempotency import Once
from config.rest.pagination import MOST, USUAL, Pages
from config.rest.parser import StrictJSONParser, wrong_with
from config.rest.permissions import ReadOnly
from config.rest.query import Number
from config.rest.schema import Schema
from config.rest.serializers import Empty, Query


class PageQuery(Query):
    limit = Number(min_value=1, max_value=MOST, required=False, default=USUAL, help_text="Rows a page.")
    cursor = Line(required=False, max_length=1000, help_text="From `next` or `previous` of another page.")


class Negotiation(DefaultContentNegotiation):
    """By the Accept header alone: `?format=` is a parameter like any other unknown one."""

    settings = SimpleNamespace(URL_FORMAT_OVERRIDE=None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        for media_type in self.get_accept_list(request):
            # Who asks for problem documents alone gets the plain answer as well.
            if media_type.split(";")[0].strip() == "application/problem+json":
                return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)


class Noun(GenericViewSet[Any]):
    """`shape` shows a row; `takes` maps an action to its body, `asks` to its query string, `gives` to another shape.

    `ordering` maps what `?ordering=` may say to columns; the first is the usual one, each ends in the key.
    """

    shape: ClassVar[type[BaseSerializer[Any]]]
    takes: ClassVar[dict[str, type[BaseSerializer[Any]]]] = {}
    asks: ClassVar[dict[str, type[Query]]] = {}
    gives: ClassVar[dict[str, type[BaseSerializer[Any]]]] = {}
    listed: ClassVar[set[str]] = {"list"}
    orders: ClassVar[dict[str, tuple[str, ...]]] = {"": ("pk",)}

    schema = Schema()
    http_method_names = ["get", "post", "patch", "delete", "head"]
    parser_classes = [StrictJSONParser]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = Negotiation
    pagination_class = Pages
    permission_classes = [ReadOnly]

    # What an answer says once: a key's answer is kept without it.
    secret_fields: ClassVar[frozenset[str]] = frozenset()

    at: datetime
    query: dict[str, Any]
    spent: rates.Spent | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.at = timezone.now()
        super().initial(request, *args, **kwargs)
        if not self.action:
            return  # a method that this address does not have: 405
        self.query = self._checked_query(request)
        name = str(request.method).lower()
        setattr(self, name, Unchanged.around(getattr(self, name), self, request))
        if request.method == "POST":
            self.post = Once.around(self.post, request, self.at, self.secret_fields)

    def perform_authentication(self, request: Request) -> None:
        """Whoever is signed in has spent a request, whatever comes of it."""
        super().perform_authentication(request)
        self.spent = rates.spend(request, self.at)
        if self.spent and self.spent.is_too_much:
            raise self.spent.refusal()

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, AuthenticationFailed | NotAuthenticated):
            self.spent = rates.refused_sign_in(self.request._request, self.at)
            if self.spent and self.spent.is_too_much:
                exc = self.spent.refusal()
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        for header, text in (self.spent.headers() if self.spent else {}).items():
            response[header] = text
        response.headers.setdefault("Cache-Control", "no-store")  # a proxy knows nothing of tokens
        return response

    def _checked_query(self, request: Request) -> dict[str, Any]:
        form = self.query_class()(data=_given(request), context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def query_class(self) -> type[Query]:
        usual = PageQuery if self.action in self.listed else Query
        return self.asks.get(self.action, usual)

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return self.gives.get(self.action, self.shape)

    def body_class(self) -> type[BaseSerializer[Any]]:
        return self.takes.get(self.action, Empty)

    def body(self, row: Model | None = None, **kwargs: Any) -> BaseSerializer[Any]:
        """The request's body, checked. Raises ValidationError."""
        form = self.body_class()(row, data=self.request.data, context=self.get_serializer_context(), **kwargs)
        form.is_valid(raise_exception=True)
        return form

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": self.at, "expand": getattr(self, "query", {}).get("expand")}

    def page_order(self) -> tuple[str, ...]:
        return self.orders[self.query.get("ordering") or next(iter(self.orders))]

    def page(self, rows: Any) -> Response:
        found = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(found, many=True).data)

    def page_of_all(self, rows: Any) -> Response:
        """For what is never long: in the shape of a page, all on one."""
        return Response({"next": None, "previous": None, "results": self.get_serializer(rows, many=True).data})

    def shown(self, row: Any, status: int = 200, **headers: str) -> Response:
        """One row; in the noun's own shape with its entity tag, and not again for who has it."""
        data = self.get_serializer(row).data
        if self.get_serializer_class() is self.shape:
            headers["ETag"] = self.tag(row, data)
            # The tag is the row's alone: what was brought along may be another by now.
            if not self.query.get("expand") and self.is_known(headers["ETag"]):
                return not_modified(headers["ETag"])
        return Response(data, status=status, headers=headers)

    # -- conditional requests ------------------------------------------------------------------------------------

    def tag(self, row: Any, data: Any = None) -> str:
        """The strong entity tag of a row. Of all that it shows: whichever way it was changed, the tag is another. A
        noun that can tell from less does."""
        return tag_of(self.shape(row, context=self.get_serializer_context()).data if data is None else data)

    def bare(self) -> Any:
        """The row with what its tag is made of."""
        return self.get_object()

    def hold_row(self) -> None:
        """Lock this address's row until the transaction ends. Where writing locks something else first, so does this:
        two orders would wait for each other."""
        rows = self.get_queryset().model._base_manager.filter(**{self.lookup_field: self.kwargs[self.lookup_field]})
        list(rows.select_for_update(no_key=True).values_list("pk"))

    def is_known(self, tag: str) -> bool:
        """Whether who asks has this already."""
        known = self.request.headers.get("If-None-Match")
        return self.request.method in SAFE_METHODS and known is not None and names(known, tag, weakly=True)

    def get_object(self) -> Any:
        try:
            return super().get_object()
        except Http404:
            raise Http404(_("There is nothing by this name here.")) from None


class Listed:
    def list(self: Any, request: Request) -> Response:
        return self.page(self.get_queryset())


class Retrieved:
    def retrieve(self: Any, request: Request, **kwargs: str) -> Response:
        return self.shown(self.get_object())


class Created:
    def create(self: Any, request: Request) -> Response:
        row = _written(self.body())
        response = self.shown(self.get_queryset().get(pk=row.pk), status=201)
        name = response.data[self.lookup_field if self.lookup_field != "pk" else "id"]
        response["Location"] = f"{request.path}{quote(str(name))}/"
        return response


class Changed:
    def partial_update(self: Any, request: Request, **kwargs: str) -> Response:
        row = _written(self.body(self.get_object(), partial=True))
        return self.shown(self.get_queryset().get(pk=row.pk))


class Deleted:
    def destroy(self: Any, request: Request, **kwargs: str) -> Response:
        with transaction.atomic():
            self.get_object().delete()
        return Response(status=204)


def _written(form: BaseSerializer[Any]) -> Any:
    try:
        with transaction.atomic():
            return form.save()
    except IntegrityError:
        # Checked before, so somebody else was a moment faster.
        raise Conflict(_("Something else changed at the same time. Read it again, then try again.")) from None


def _given(request: Request) -> dict[str, Any]:
    """The query string as {name: text, or a list of texts if it is given several times}."""
    problems: dict[str, list[str]] = {}
    given: dict[str, Any] = {}
    for name, values in request.query_params.lists():
        values = [value for value in values if value]
        if why := next(filter(None, map(wrong_with, [name, *values])), ""):
            problems[name.replace("\0", "\\x00")] = [why]
        given[name] = values if len(values) > 1 else "".join(values)
    if problems:
        raise ValidationError(problems)
    return given


class NothingHere(APIView):
    """Every address under /api/v1/ that is not one."""

    permission_classes = [AllowAny]
    authentication_classes = []
    renderer_classes = [JSONRenderer]
    content_negotiation_class = Negotiation
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        hint = "" if request.path.endswith("/") else " " + _("Addresses end in a slash.")
        raise Http404(_("There is nothing at this address.") + hint)
