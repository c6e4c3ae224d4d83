"""A template filled in from a ticket, as the customer would read it. Nothing is sent."""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.rest.fields import Line, Text
from config.rest.permissions import ReadOnly
from config.rest.serializers import Strict
from escalations import access, customer_mail
from escalations.actors import Actor
from escalations.case import Case
from escalations.journal import Journal
from escalations.models import Ticket
from templates_app import rendering
from templates_app.api.templates import Templates
from templates_app.placeholders import PLACEHOLDERS


class PreviewBody(Strict):
    ticket = Line(max_length=30, help_text="A ticket's number.")
    values = serializers.DictField(child=Text(allow_blank=True), required=False, help_text="What the writer fills in.")

    def validate_ticket(self, number: str) -> Ticket:
        user = self.context["request"].user
        found = access.tickets_for(user).for_list().filter(pk=_key(number)).first()
        if found is None:
            raise serializers.ValidationError(f"There is no ticket {number}.")
        return found

    def validate_values(self, values: dict[str, str]) -> dict[str, str]:
        unknown = {name: ["This is not a placeholder."] for name in values if name not in PLACEHOLDERS}
        if unknown:
            raise serializers.ValidationError(unknown)
        return values


def _key(number: str) -> int:
    from escalations.models.ticket import primary_key_of

    return primary_key_of(number)


class PreviewShape(serializers.Serializer[Any]):
    subject = serializers.CharField()
    text = serializers.CharField()
    html = serializers.CharField()
    empty = serializers.ListField(child=serializers.CharField(), help_text="Placeholders that are still to be filled.")


class TemplatesWithPreview(Templates):
    takes = {**Templates.takes, "preview": PreviewBody}
    gives = {"preview": PreviewShape}

    @action(detail=True, methods=["post"], permission_classes=[ReadOnly])
    def preview(self, request: Request, slug: str) -> Response:
        """The message as the customer would read it. Nothing is sent, and placeholders that are empty say so."""
        template, given = self.get_object(), self.body().validated_data
        filled = values_for(given["ticket"], request.user, self.at, given.get("values", {}))
        try:
            message, empty = rendering.render(template, filled), []
        except rendering.EmptyPlaceholder as error:
            empty = error.names
            message = rendering.render(template, filled | {name: f"[{PLACEHOLDERS[name]}]" for name in empty})
        return self.shown({"subject": message.subject, "text": message.text, "html": message.html, "empty": empty})


def values_for(ticket: Ticket, by: Any, at: Any, written: dict[str, str]) -> dict[str, str]:
    running = [clock for clock in ticket.current_clocks() if not clock.stopped_at]
    case = Case(Journal(at), ticket, running, ticket.spans())
    name, _address = customer_mail.addressee(ticket)
    return customer_mail.values(case, by=Actor.of(by), contact=name, **written)
