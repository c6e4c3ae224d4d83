"""What else is done on a ticket: linked, merged, watched, and the lines of its checklist ticked. Part of `Tickets`."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.rest.fields import Choice, Flag, Line, Moment, Text
from config.rest.serializers import Empty, Strict
from escalations import access
from escalations.checklist import State, checklist_of
from escalations.checklist_facts import Facts
from escalations.models import ChecklistLine, Ticket
from escalations.models.relation import LinkKind
from escalations.models.ticket import primary_key_of
from escalations.verbs.checklist import LONGEST_NOTE


class Numbered(Line):
    """A ticket that the caller may see, by its number."""

    default_error_messages = {"unknown": gettext_lazy("There is none called “{value}”.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **{"help_text": "A ticket's number."} | kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Ticket:
        number = super().run_validation(data)
        mine = access.tickets_for(self.context["request"].user).select_related("customer", "merged_into")
        found = mine.filter(pk=primary_key_of(number)).first()
        if found is None:
            self.fail("unknown", value=number)
        return found


class LinkBody(Strict):
    other = Numbered()
    kind = Choice(LinkKind.choices, help_text="What this one is to the other.")


class UnlinkBody(Strict):
    other = Numbered()


class MergeBody(Strict):
    into = Numbered(help_text="It stays open; this one closes without a verdict.")
    reason = Text()


class TickBody(Strict):
    line = Line(max_length=50, help_text="Its `key` in `checklist/`.")
    needed = Flag(required=False, default=True, help_text="False: not needed here, which wants a `note`.")
    note = Line(max_length=LONGEST_NOTE, required=False, allow_blank=True, default="")


class UntickBody(Strict):
    line = Line(max_length=50)


class ChecklistShape(serializers.Serializer[Any]):
    """A line of the response checklist. `by`, `at` and `note` are of what a person said; a line that is done without
    them ticked itself."""

    key = serializers.CharField()
    text = serializers.CharField(source="line.action")
    asked = serializers.ChoiceField(["required", "if_needed", "no"])
    label = serializers.CharField(help_text="What the protocol says for this severity, such as `15 min`.")
    state = serializers.ChoiceField([str(state) for state in State])
    by = serializers.CharField(source="mark.by.username", allow_null=True, default=None)
    at = Moment(source="mark.at", allow_null=True, default=None)
    note = serializers.CharField(source="mark.note", allow_null=True, default=None)


class LinkedShape(serializers.Serializer[Any]):
    """`kind` is what the ticket `of` is to `to`; the one that is asked about is one of the two."""

    of = serializers.CharField(source="ticket.number")
    to = serializers.CharField(source="other.number")
    kind = serializers.ChoiceField(LinkKind.choices)
    at = Moment()


BODIES: dict[str, type[serializers.BaseSerializer[Any]]] = {
    "link": LinkBody,
    "unlink": UnlinkBody,
    "merge": MergeBody,
    "watch": Empty,
    "unwatch": Empty,
    "tick": TickBody,
    "untick": UntickBody,
}
LISTS: dict[str, type[serializers.BaseSerializer[Any]]] = {"checklist": ChecklistShape, "links": LinkedShape}


class Around:
    """The ticket comes back as it is afterwards."""

    @action(detail=True, methods=["post"])
    def link(self: Any, request: Request, number: str) -> Response:
        """This issue is related to, a duplicate of, or a relapse of another. Both record it."""
        return self.done("link")

    @action(detail=True, methods=["post"])
    def unlink(self: Any, request: Request, number: str) -> Response:
        """They no longer belong together, whichever way they were linked."""
        return self.done("unlink")

    @action(detail=True, methods=["post"])
    def merge(self: Any, request: Request, number: str) -> Response:
        """A duplicate: it closes without a verdict, and what it holds goes to the other. `reopen/` takes it out."""
        return self.done("merge")

    @action(detail=True, methods=["post"])
    def watch(self: Any, request: Request, number: str) -> Response:
        """Hear from now on what matters in it. Watching twice is watching."""
        return self.done("watch")

    @action(detail=True, methods=["post"])
    def unwatch(self: Any, request: Request, number: str) -> Response:
        """No more."""
        return self.done("unwatch")

    @action(detail=True, methods=["post"])
    def tick(self: Any, request: Request, number: str) -> Response:
        """Tick a line of the checklist that the system cannot see, or say that it is not needed here."""
        return self.done("tick")

    @action(detail=True, methods=["post"])
    def untick(self: Any, request: Request, number: str) -> Response:
        """Take back what was said of a line by hand."""
        return self.done("untick")

    @action(detail=True)
    def checklist(self: Any, request: Request, number: str) -> Response:
        """The response checklist as it stands, in its order."""
        ticket = self.plain()
        return self.page_of_all(checklist_of(ticket, Facts.of(ticket)))

    @action(detail=True)
    def links(self: Any, request: Request, number: str) -> Response:
        """What it is linked to, as far as you may see it."""
        ticket, seen = self.plain(), access.tickets_for(request.user)
        rows = [*_seen(ticket.links, seen, "other"), *_seen(ticket.linked_from, seen, "ticket")]
        return self.page_of_all(sorted(rows, key=lambda link: (link.at, link.pk)))

    def done(self: Any, verb: str) -> Response:
        ticket = self.plain()
        given = dict(self.body().validated_data)
        if "line" in given:
            given["line"] = _line(given["line"])
        getattr(ticket, verb)(by=self.request.user, at=self.at, **given)
        return self.shown_anew(ticket)


def _seen(links: Any, seen: Any, side: str) -> Any:
    return links.filter(**{f"{side}__in": seen.values("pk")}).select_related("ticket", "other")


def _line(key: str) -> ChecklistLine:
    found = ChecklistLine.objects.filter(key=key).first()
    if found is None:
        raise serializers.ValidationError({"line": [_("There is none called “%(code)s”.") % {"code": key}]})
    return found
