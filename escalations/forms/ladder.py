"""Verbs of the ladder."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models.matrix import Level
from escalations.enums import TOP, EventKind

from .fields import Area
from .verb import VerbForm

MOVES = (EventKind.ESCALATED, EventKind.TAKEN, EventKind.HELD, EventKind.DE_ESCALATED, EventKind.RESOLVED)


class EscalateForm(VerbForm):
    verb, title, icon, place = "escalate", _("Escalate"), "trending-up", "head"
    concerns = MOVES
    done = _("Escalated. They are being told.")
    reason = forms.CharField(label=_("Why, and what you need from them"), widget=Area(3))
    level = forms.TypedChoiceField(
        label=_("To"), coerce=lambda value: int(value) if value else None, empty_value=None, required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.fields["level"].choices:  # type: ignore[attr-defined]
            self.offer([])

    def prepare(self, ticket: Any, user: Any) -> None:
        self.offer([(str(level), str(Level(str(level)).label)) for level in range(ticket.level + 1, TOP + 1)])

    def offer(self, rungs: list[tuple[str, str]]) -> None:
        self.fields["level"].choices = [("", _("The next level")), *rungs]  # type: ignore[attr-defined]

    @classmethod
    def is_offered(cls, ticket: Any, user: Any) -> bool:
        return bool(ticket.level < TOP)


class TakeForm(VerbForm):
    verb, title, icon = "take", _("I have it"), "hand"
    concerns = MOVES
    done = _("You have it. The ladder waits for you.")

    @classmethod
    def is_offered(cls, ticket: Any, user: Any) -> bool:
        return bool(ticket.taken_by_id != user.pk)


class DeEscalateForm(VerbForm):
    verb, title, icon, place = "de_escalate", _("De-escalate"), "trending-down", "more"
    concerns = MOVES
    done = _("One level down.")
    reason = forms.CharField(label=_("Why it can go down a level"), widget=Area(2))

    @classmethod
    def is_offered(cls, ticket: Any, user: Any) -> bool:
        return bool(ticket.level > 1)
