"""Forms that send the customer something, and can show it before it leaves."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.drafts import Draft, draft
from escalations.wording import argument, language_for, typed_fields
from templates_app.languages import languages_of, name_of
from templates_app.models import CommunicationTemplate
from templates_app.offered import offered as templates_offered

from .verb import LONGEST, VerbForm


class MessageForm(VerbForm):
    """`wording` is the template that the verb sends."""

    wording: ClassVar[str] = ""
    language = forms.ChoiceField(label=_("Language of the message"), required=False)

    def prepare(self, ticket: Any, user: Any) -> None:
        self.ticket, self.user = ticket, user
        self.offer_languages(self.chosen())

    def offer_languages(self, template: CommunicationTemplate | None) -> None:
        """Those that the template has, the customer's first; where there is one only, nobody is asked."""
        codes = languages_of(template) if template else []
        if len(codes) < 2:
            del self.fields["language"]
            return
        self.initial.setdefault("language", language_for(self.ticket, template))
        field: Any = self.fields["language"]
        field.choices = [(code, name_of(code)) for code in codes]

    def typed(self, name: str) -> str:
        """What was typed into a field, checked or not, or stands in it from the start."""
        given = self.data if self.is_bound else self.initial
        return str(given.get(name) or "")[:LONGEST].replace("\0", "")

    def chosen(self) -> CommunicationTemplate | None:
        return next((each for each in templates_offered() if each.slug == self.wording), None)

    def written(self, template: CommunicationTemplate) -> dict[str, str]:
        """The writer's part of the wording, by its placeholders."""
        return {field["name"]: self.typed(argument(field["name"])) for field in typed_fields(template)}

    def draft_promise(self, at: datetime) -> datetime | None:
        return None

    def draft(self, at: datetime) -> Draft | None:
        """The message as it would leave at `at`; None while there is no template for it."""
        chosen = self.chosen()
        known = CommunicationTemplate.objects.prefetch_related("translations")
        template = known.filter(slug=chosen.slug).first() if chosen else None
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
            language=self.typed("language"),
        )
