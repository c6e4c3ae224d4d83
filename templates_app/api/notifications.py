"""The outbox, for reading."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.rest.fields import Choice, Line, Moment
from config.rest.query import Many
from config.rest.views import Listed, Noun, PageQuery, Retrieved
from templates_app.models import Notification
from templates_app.models.notification import State
from templates_app.views import OWN_LINK, visible_to


class TriedShape(serializers.Serializer[dict[str, Any]]):
    channel = serializers.CharField()
    at = Moment()
    reason = serializers.CharField()


class NotificationShape(serializers.Serializer[Notification]):
    """One message to one person. Links that act for that person are blanked out."""

    id = serializers.IntegerField()
    ticket = serializers.SerializerMethodField()
    kind = serializers.CharField()
    level = serializers.SerializerMethodField()
    channel = serializers.CharField(help_text="`email`, `slack`, `webhook`, or `app`: in the inbox alone.")
    channels = serializers.ListField(child=serializers.CharField(), help_text="What is tried after it, in that order.")
    tried = TriedShape(many=True, help_text="What was tried before it, in vain.")
    to_name = serializers.CharField()
    to_address = serializers.CharField()
    subject = serializers.CharField(help_text="Empty until it is sent, except for messages to customers.")
    text = serializers.SerializerMethodField()
    state = serializers.ChoiceField(State.choices)
    reason = serializers.CharField(help_text="Why it was cancelled or could not be delivered.")
    urgent = serializers.BooleanField()
    late = serializers.BooleanField()
    attempts = serializers.IntegerField()
    due_at = Moment()
    created_at = Moment()
    sent_at = Moment(allow_null=True)
    delivered_at = Moment(allow_null=True)
    opened_at = Moment(allow_null=True)
    read_at = Moment(allow_null=True, help_text="Read in the inbox of the app.")

    @extend_schema_field({"type": ["string", "null"]})
    def get_ticket(self, message: Notification) -> str | None:
        return message.about or None

    @extend_schema_field({"oneOf": [{"type": "integer"}, {"enum": ["technical", "product", None]}]})
    def get_level(self, message: Notification) -> int | str | None:
        return int(message.level) if message.level.isdigit() else message.level or None

    def get_text(self, message: Notification) -> str:
        return OWN_LINK.sub(r"/\1/…/", message.text)


class NotificationQuery(PageQuery):
    ticket = Line(required=False, max_length=20, help_text="A ticket's number.")
    state = Many(child=Choice(State.choices), required=False)
    kind = Many(child=Line(max_length=20), required=False)
    channel = Many(child=Line(max_length=20), required=False)
    to = Line(required=False, max_length=254, help_text="An address, whole.")
    since = Moment(required=False, help_text="Written then or later.")
    before = Moment(required=False)


class Notifications(Listed, Retrieved, Noun):
    """Every message that is to leave, has left, or could not."""

    shape = NotificationShape
    asks = {"list": NotificationQuery}
    orders = {"": ("-created_at", "-pk")}
    queryset = Notification.objects.all()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        rows = visible_to(self.request.user)
        if self.action != "list":
            return rows
        columns = {"ticket": "about__iexact", "state": "state__in", "kind": "kind__in", "channel": "channel__in"}
        columns |= {"to": "to_address__iexact", "since": "created_at__gte", "before": "created_at__lt"}
        return rows.filter(**{column: self.query[name] for name, column in columns.items() if name in self.query})
