"""Forms that send the customer something, and can show it before it leaves."""

from datetime import datetime
from typing import Any, ClassVar

from escalations.drafts import Draft, draft
from escalations.wording import argument, typed_fields
from templates_app.models import CommunicationTemplate

from .verb import LONGEST, VerbForm


class MessageForm(VerbForm):
    """`wording` is the template that the verb sends."""

    wording: ClassVar[str] = ""

    def prepare(self, ticket: Any, user: Any) -> None:
        self.ticket, self.user = ticket, user

    def typed(self, name: str) -> str:
        """What was typed into a field, checked or not, or stands in it from the start."""
        given = self.data if self.is_bound else self.initial
        return str(given.get(name) or "")[:LONGEST].replace("\0", "")

    def chosen(self) -> CommunicationTemplate | None:
        return CommunicationTemplate.objects.filter(slug=self.wording).first()

    def written(self, template: CommunicationTemplate) -> dict[str, str]:
        """The writer's part of the wording, by its placeholders."""
        return {field["name"]: self.typed(argument(field["name"])) for field in typed_fields(template)}

    def draft_promise(self, at: datetime) -> datetime | None:
        return None

    def draft(self, at: datetime) -> Draft | None:
        """The message as it would leave at `at`; None while there is no template for it."""
        chosen = self.chosen()
        template = CommunicationTemplate.objects.filter(slug=chosen.slug).first() if chosen else None
        if template is None:
            return None
        return draft(
            self.ticket,
            self.verb,
            template,
            by=self.user,
            at=at,
            written=self.written(template),
            promised=self.draft_promise(at),
        )
