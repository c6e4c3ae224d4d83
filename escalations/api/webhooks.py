"""Webhooks: endpoints, and what became of what they were told. Administrators alone, also for reading."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.nudge import nudge_webhooks
from config.problems import Conflict
from config.rest.fields import Choice, Flag, Line, Moment, Named
from config.rest.permissions import Configures
from config.rest.query import Many
from config.rest.serializers import Strict
from config.rest.views import Changed, Created, Deleted, Listed, Noun, PageQuery, Retrieved
from contacts.models import Team
from contacts.models.history import Source
from escalations.webhooks import arranging
from escalations.webhooks.kinds import KINDS
from escalations.webhooks.log import numbers_seen
from templates_app.models import WebhookDelivery, WebhookEndpoint
from templates_app.outgoing import LONGEST
from templates_app.webhooks import deliveries as sending

State = WebhookDelivery.State


class EndpointShape(Strict):
    id = serializers.IntegerField(read_only=True)
    name = Line(max_length=80)
    url = Line(max_length=LONGEST, help_text="https, on the public internet. Redirects are not followed.")
    kinds = serializers.ListField(
        child=Choice(list(KINDS.items())),
        max_length=len(KINDS),
        required=False,
        help_text="`ticket.breach` and the like; none: all, and those that a later version adds.",
    )
    team = Named(
        "slug", queryset=Team.objects.all(), allow_null=True, required=False, help_text="Its issues alone; null: all."
    )
    with_confidential = Flag(required=False, help_text="Told of confidential issues as well.")
    active = serializers.SerializerMethodField(help_text="Switched by `on/` and `off/`, and off by an answer 410.")
    disabled_why = serializers.CharField(read_only=True)
    created_at = Moment(read_only=True)

    def get_active(self, endpoint: WebhookEndpoint) -> bool:
        return endpoint.disabled_at is None

    def create(self, values: dict[str, Any]) -> WebhookEndpoint:
        return _or_400(lambda: arranging.add(values, **_who(self.context)))

    def update(self, endpoint: WebhookEndpoint, values: dict[str, Any]) -> WebhookEndpoint:
        _or_400(lambda: arranging.change(endpoint, values, **_who(self.context)))
        return endpoint


class EndpointWithSecretShape(EndpointShape):
    secret = serializers.SerializerMethodField(help_text="`whsec_…`, said this once; null where an answer is repeated.")

    @extend_schema_field({"type": ["string", "null"]})
    def get_secret(self, endpoint: WebhookEndpoint) -> str:
        return str(endpoint.secrets[0]["secret"])


class AttemptShape(serializers.Serializer[Any]):
    at = Moment()
    status = serializers.IntegerField(allow_null=True, help_text="Null: no answer.")
    said = serializers.CharField(help_text="The first 200 characters of a refusal, or why there was no answer.")
    seconds = serializers.SerializerMethodField()
    by_hand = serializers.BooleanField()

    def get_seconds(self, attempt: Any) -> float:
        return round(float(attempt.took.total_seconds()), 3)


class DeliveryShape(serializers.Serializer[Any]):
    """Of an issue that you may not see, `ticket` and `body` are null."""

    id = serializers.IntegerField()
    webhook_id = serializers.SerializerMethodField(help_text="The header, the same in every try.")
    kind = serializers.CharField()
    ticket = serializers.SerializerMethodField()
    state = serializers.ChoiceField(State.choices)
    tries = serializers.IntegerField()
    created_at = Moment()
    next_try_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)

    def get_webhook_id(self, delivery: WebhookDelivery) -> str:
        return sending.name_of(delivery)

    @extend_schema_field({"type": ["string", "null"]})
    def get_ticket(self, delivery: WebhookDelivery) -> str | None:
        return delivery.about or None if self._is_seen(delivery) else None

    def _is_seen(self, delivery: WebhookDelivery) -> bool:
        return not delivery.about or delivery.about in self.context["seen"]


class WholeDeliveryShape(DeliveryShape):
    body = serializers.SerializerMethodField()
    attempts = AttemptShape(many=True)

    @extend_schema_field({"type": ["object", "null"], "additionalProperties": True})
    def get_body(self, delivery: WebhookDelivery) -> Any:
        return delivery.body if self._is_seen(delivery) else None


class SinceBody(Strict):
    since = Moment(help_text="What failed and was written then or later.")


class CountShape(serializers.Serializer[Any]):
    count = serializers.IntegerField()


class DeliveryQuery(PageQuery):
    state = Many(child=Choice(State.choices), required=False)


class Administers(Configures):
    """Who reads here learns where the desk's messages go."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and bool(self.may_write(request.user))


class Webhooks(Listed, Retrieved, Created, Changed, Deleted, Noun):
    """Addresses of other programs that are told what happens, as the Standard Webhooks say."""

    shape = EndpointShape
    takes = {"create": EndpointShape, "partial_update": EndpointShape, "replay": SinceBody}
    gives = {
        "create": EndpointWithSecretShape,
        "rotate": EndpointWithSecretShape,
        "test": DeliveryShape,
        "deliveries": DeliveryShape,
        "delivery": WholeDeliveryShape,
        "again": DeliveryShape,
        "replay": CountShape,
    }
    asks = {"deliveries": DeliveryQuery}
    listed = {"list", "deliveries"}
    secret_fields = frozenset({"secret"})
    permission_classes = [Administers]
    queryset = WebhookEndpoint.objects.select_related("team")
    lookup_value_regex = "[0-9]{1,18}"

    def destroy(self, request: Request, **kwargs: str) -> Response:
        """With the log of what it was told."""
        arranging.remove(self.get_object(), **self._who())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, **kwargs: str) -> Response:
        """A new secret, said this once. For 24 hours the one before it signs as well."""
        endpoint = self.get_object()
        arranging.rotate(endpoint, **self._who())
        return self.shown(endpoint)

    @action(detail=True, methods=["post"])
    def on(self, request: Request, **kwargs: str) -> Response:
        """What happens from now on is told."""
        return self._switched(on=True)

    @action(detail=True, methods=["post"])
    def off(self, request: Request, **kwargs: str) -> Response:
        """What waits is given up; `replay/` sends it later."""
        return self._switched(on=False)

    @action(detail=True, methods=["post"])
    def test(self, request: Request, **kwargs: str) -> Response:
        """Send a `ping`, tried once. Read the delivery in a moment to see what became of it."""
        row = sending.ping(self._live(), self.at)
        nudge_webhooks()
        return self._delivery_shown(row)

    @action(detail=True, methods=["post"])
    def replay(self, request: Request, **kwargs: str) -> Response:
        """Send again what failed, each under the `webhook-id` that it had."""
        since = self.body().validated_data["since"]
        count = sending.send_failed_again(self._live(), since, self.at)
        nudge_webhooks()
        return Response({"count": count})

    @action(detail=True)
    def deliveries(self, request: Request, **kwargs: str) -> Response:
        """What it was told within thirty days, newest first."""
        rows: QuerySet[Any] = self.get_object().deliveries.defer("body")
        rows = rows.filter(state__in=self.query["state"]) if "state" in self.query else rows
        found = self.paginate_queryset(rows)
        assert found is not None
        return self.get_paginated_response(self._shape(found, many=True).data)

    @action(detail=True, url_path="deliveries/(?P<delivery>[0-9]{1,18})", url_name="delivery")
    def delivery(self, request: Request, **kwargs: str) -> Response:
        """One, with its body and every try."""
        return self._delivery_shown(self._delivery())

    @action(detail=True, methods=["post"], url_path="deliveries/(?P<delivery>[0-9]{1,18})/again", url_name="again")
    def again(self, request: Request, **kwargs: str) -> Response:
        """Send it again, whatever became of it, under the same `webhook-id`."""
        self._live()
        row = self._delivery()
        sending.send_again(row, self.at)
        nudge_webhooks()
        row.refresh_from_db()
        return self._delivery_shown(row)

    def page_order(self) -> tuple[str, ...]:
        return ("-pk",) if self.action == "deliveries" else super().page_order()

    def _switched(self, *, on: bool) -> Response:
        endpoint = self.get_object()
        arranging.switch(endpoint, on=on, **self._who())
        return self.shown(self.get_object())

    def _live(self) -> WebhookEndpoint:
        endpoint: WebhookEndpoint = self.get_object()
        if endpoint.disabled_at:
            raise Conflict(_("It is switched off. Switch it on first."))
        return endpoint

    def _delivery(self) -> WebhookDelivery:
        row = WebhookDelivery.objects.filter(endpoint=self.get_object(), pk=self.kwargs["delivery"]).first()
        if row is None:
            raise Http404(_("There is nothing by this name here."))
        return row

    def _delivery_shown(self, row: WebhookDelivery) -> Response:
        return Response(self._shape([row], many=True).data[0])

    def _shape(self, rows: list[Any], **options: Any) -> Any:
        context = {**self.get_serializer_context(), "seen": numbers_seen(rows, self.request.user)}
        return self.get_serializer_class()(rows, context=context, **options)

    def _who(self) -> dict[str, Any]:
        return _who(self.get_serializer_context())


def _who(context: Mapping[str, Any]) -> dict[str, Any]:
    return {"by": context["request"].user, "at": context["at"], "source": Source.API}


def _or_400(do: Any) -> Any:
    try:
        return do()
    except Refused as error:
        said = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        raise serializers.ValidationError(said) from None
