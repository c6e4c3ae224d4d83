"""Verbs that tell the customer: acknowledge, update."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.customer_mail import expected_resolution
from escalations.customer_words import proposed
from escalations.enums import EventKind
from escalations.wording import ACKNOWLEDGEMENT, UPDATE, argument, language_for, offered, typed_fields
from templates_app.languages import languages_of
from templates_app.models import CommunicationTemplate

from .fields import Area
from .promise import PromiseForm

LINES = {"issue": 300, "expected_resolution": 200}  # the others are texts
# The protocol's own update is asked for in plainer words than it is sent in.
PLAIN = {"summary": gettext_lazy("What has changed"), "next_steps": gettext_lazy("What happens next")}


class AcknowledgeForm(PromiseForm):
    verb, title, icon = "acknowledge", gettext_lazy("Acknowledge"), "circle-check"
    done = gettext_lazy("Acknowledged. The first response has its time.")
    wording = ACKNOWLEDGEMENT
    concerns = (EventKind.ACKNOWLEDGED, EventKind.WAITING, EventKind.RESOLVED, EventKind.CUSTOMER)
    message = forms.BooleanField(
        label=gettext_lazy("Send the acknowledgement to the customer"), required=False, initial=True
    )
    issue = forms.CharField(label=gettext_lazy("The issue, in a few words"), max_length=LINES["issue"], required=False)
    field_order = ("message", "issue", "promise", "next_update_at")

    def prepare(self, ticket: Any, user: Any) -> None:
        super().prepare(ticket, user)
        self.initial.setdefault("issue", ticket.subject)

    def written(self, template: CommunicationTemplate) -> dict[str, str]:
        return {"issue": self.typed("issue") or self.ticket.subject}


class SendUpdateForm(PromiseForm):
    """The fields that the chosen template asks for, and a promise."""

    verb, title, icon, place = "send_update", gettext_lazy("Customer update"), "send", "composer"
    button, done = gettext_lazy("Send update"), gettext_lazy("Update on its way to the customer.")
    wording, takes_files = UPDATE, "shared"
    concerns = (
        EventKind.UPDATE_SENT,
        EventKind.RESOLVED,
        EventKind.REOPENED,
        EventKind.WAITING,
        EventKind.CUSTOMER,
    )
    template = forms.ChoiceField(label=gettext_lazy("Template"), required=False)
    summary = forms.CharField(label=PLAIN["summary"], widget=Area(2))
    next_steps = forms.CharField(label=PLAIN["next_steps"], widget=Area(1))
    expected_resolution = forms.CharField(
        label=gettext_lazy("Expected resolution"), max_length=LINES["expected_resolution"], required=False
    )

    def prepare(self, ticket: Any, user: Any) -> None:
        self.templates = offered(ticket)
        super().prepare(ticket, user)
        field: Any = self.fields["template"]
        field.choices = [(each.slug, each.name) for each in self.templates] or [(UPDATE, _("Status update"))]
        chosen = self.chosen()
        if chosen:
            self.initial.setdefault("template", chosen.slug)
            self._ask_for(chosen)
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["placeholder"] = (
                    _("Write to %(customer)s: what changed, and when you will write again.")
                    % {"customer": ticket.customer.name}
                    if name == self.body_fields[0]
                    else " "
                )

    def chosen(self) -> CommunicationTemplate | None:
        slug = self.typed("template")
        return next((each for each in self.templates if each.slug == slug), next(iter(self.templates), None))

    def _ask_for(self, template: CommunicationTemplate) -> None:
        """Instead of the protocol's own fields, those of this template."""
        asked = {argument(field["name"]): field for field in typed_fields(template)}
        for name in ("summary", "next_steps", "expected_resolution"):
            if name not in asked:
                del self.fields[name]
        for name, about in asked.items():
            required = about.get("required", True)
            if name not in self.fields:
                widget = None if name in LINES else Area(2)
                self.fields[name] = forms.CharField(max_length=LINES.get(name, 8000), widget=widget)
            self.fields[name].required = required
            plain = PLAIN.get(name) if template.slug == UPDATE else None
            self.fields[name].label = plain or about.get("label") or name
        if "next_steps" in asked:
            self._propose_next_steps(template)
        if "expected_resolution" in asked and (field := self.fields["expected_resolution"]) and not field.required:
            field.widget.attrs["placeholder"] = expected_resolution(self.ticket, timezone.now())
        self.order_fields([*asked, "template", "promise", "next_update_at"])

    def _propose_next_steps(self, template: CommunicationTemplate) -> None:
        """In the language of the message; what nobody has touched follows when another one is chosen."""
        texts = {code: proposed(self.ticket, code)["next_steps"] for code in languages_of(template)}
        if self.initial.get("next_steps") in (None, *texts.values()):
            self.initial["next_steps"] = texts[language_for(self.ticket, template, self.typed("language"))]

    @property
    def body_fields(self) -> list[str]:
        """The fields of the message itself, in order."""
        around = ("template", "language", "promise", "next_update_at")
        return [name for name in self.fields if name not in around]

    @property
    def texts(self) -> list[Any]:
        return [self[name] for name in self.body_fields]

    def arguments(self, at: datetime) -> dict[str, Any]:
        given = super().arguments(at)
        own = ("summary", "next_steps", "expected_resolution", "template", "language", "next_update_at")
        known = {name: given[name] for name in own if name in given}
        written = {name: given[name] for name in self.body_fields if name not in own}
        return known | {"template": known.get("template") or UPDATE, "written": written}
