"""A template filled in from a ticket, as the customer would read it. Nothing is sent."""

from typing import Any

from django.utils.translation import gettext as _
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
from escalations.models import Severity, Ticket
from escalations.wording import language_for
from templates_app import rendering
from templates_app.api.templates import NewTemplateShape, Templates, TemplateShape
from templates_app.languages import Worded, in_language, languages_of
from templates_app.placeholders import PLACEHOLDERS


class PreviewBody(Strict):
    ticket = Line(max_length=30, help_text="A ticket's number.")
    values = serializers.DictField(child=Text(allow_blank=True), required=False, help_text="What the writer fills in.")
    language = Line(max_length=10, required=False, help_text="Left out: the customer's, where the template has it.")

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
    language = serializers.CharField()
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Placeholders that are empty: it cannot be sent like that."
    )
    empty = serializers.ListField(child=serializers.CharField(), help_text="The older name of `missing`.")


class DeskTemplateShape(TemplateShape):
    def validate_severities(self, codes: list[str]) -> list[str]:
        return _known(codes)


class NewDeskTemplateShape(NewTemplateShape):
    def validate_severities(self, codes: list[str]) -> list[str]:
        return _known(codes)


def _known(codes: list[str]) -> list[str]:
    known = set(Severity.objects.values_list("code", flat=True))
    if unknown := [code for code in codes if code not in known]:
        raise serializers.ValidationError(_("There is no severity %(code)s.") % {"code": unknown[0]})
    return codes


class TemplatesWithPreview(Templates):
    shape = DeskTemplateShape
    takes = {"partial_update": DeskTemplateShape, "create": NewDeskTemplateShape, "preview": PreviewBody}
    gives = {**Templates.gives, "preview": PreviewShape}

    @action(detail=True, methods=["post"], permission_classes=[ReadOnly])
    def preview(self, request: Request, slug: str) -> Response:
        """The message as the customer would read it. Nothing is sent, and placeholders that are empty say so."""
        template, given = self.get_object(), self.body().validated_data
        ticket, chosen = given["ticket"], given.get("language", "")
        if chosen and chosen not in languages_of(template):
            raise serializers.ValidationError({"language": [_("The template is not translated into this language.")]})
        worded = in_language(template, language_for(ticket, template, chosen))
        filled = values_for(worded, ticket, request.user, self.at, given.get("values", {}))
        try:
            message, empty = rendering.render(worded, filled), []
        except rendering.EmptyPlaceholder as error:
            empty = error.names
            message = rendering.render(worded, filled | {name: f"[{PLACEHOLDERS[name]}]" for name in empty})
        words = {"subject": message.subject, "text": message.text, "html": message.html}
        return self.shown({**words, "language": worded.language, "missing": empty, "empty": empty})


def values_for(worded: Worded, ticket: Ticket, by: Any, at: Any, written: dict[str, str]) -> dict[str, str]:
    running = [clock for clock in ticket.current_clocks() if not clock.stopped_at]
    case = Case(Journal(at, dry=True), ticket, running, ticket.spans())
    contact, _address = customer_mail.addressee(ticket)
    names = rendering.used(worded)
    return customer_mail.values(
        case, by=Actor.of(by), contact=contact, language=worded.language, names=names, **written
    )
