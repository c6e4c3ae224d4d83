"""What somebody who was told can do besides taking it: on the ticket, and behind the link of a mail."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations import proof
from escalations.enums import TOP, EventKind

from .fields import Area, people
from .ladder import MOVES
from .verb import LETS_IN, VerbForm

GIVES = _(
    "Nobody further up is told for two hours. The customer’s updates are owed as before. Each person can do this once "
    "for an issue, and everybody sees who did."
)
WRONG = _("Whoever stands next is told at once. Managers and administrators are asked to look at the contact matrix.")


class HoldForm(VerbForm):
    verb, title, icon, place = "hold_ladder", _("Give two hours"), "hourglass", "more"
    text, done = GIVES, _("The ladder waits for two hours.")
    concerns = (*MOVES, EventKind.HELD)

    @classmethod
    def is_offered(cls, ticket: Any, user: Any) -> bool:
        may = user.may_manage or getattr(ticket, "told_here", False)
        return bool(may and ticket.level < TOP and not getattr(ticket, "has_held", False))


class HandToForm(VerbForm):
    verb, title, icon, place = "hand_to", _("Hand over to somebody"), "corner-up-right", "more"
    button, done = _("Hand over"), _("Handed over. They are being told.")
    concerns = MOVES
    user = forms.ModelChoiceField(label=_("To"), queryset=people(), empty_label=_("Choose somebody"))
    reason = forms.CharField(label=_("Why, and what you need from them"), widget=Area(3))

    def prepare(self, ticket: Any, user: Any) -> None:
        self.fields["user"].queryset = people().exclude(pk=user.pk).exclude(email="")  # type: ignore[attr-defined]
        if ticket.confidential:
            self.text = LETS_IN  # type: ignore[misc]

    @classmethod
    def is_offered(cls, ticket: Any, user: Any) -> bool:
        return bool(getattr(ticket, "told_here", False))


class WrongPersonForm(VerbForm):
    verb, title, icon, place = "pass_on", _("I am the wrong person"), "user-x", "more"
    text, done = WRONG, _("Thank you. Whoever stands next is being told.")
    concerns = MOVES
    told: Any = None
    email = ""

    def prepare(self, ticket: Any, user: Any) -> None:
        rungs = ticket.escalations.filter(ended_at=None).order_by("-pk")
        self.told = next((each for each in rungs if proof.is_told(each, user.email)), None)
        self.email = user.email

    def clean(self) -> Any:
        if self.told is None:
            raise forms.ValidationError(_("You were not told about this one."))
        return super().clean()

    def arguments(self, at: datetime) -> dict[str, Any]:
        return {"escalation": self.told, "email": self.email}

    @classmethod
    def is_offered(cls, ticket: Any, user: Any) -> bool:
        return bool(getattr(ticket, "told_here", False) and ticket.taken_by_id != user.pk)


class HandOverForm(forms.Form):
    """Behind the link: to the next level, or to somebody by name. `level` is the ladder's when the page was made, so
    that pressing twice climbs once."""

    user = forms.ModelChoiceField(label=_("To"), queryset=people(), required=False)
    reason = forms.CharField(label=_("Why, and what you need from them"), widget=Area(3), max_length=8000)
    level = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=TOP)

    def __init__(self, data: Any = None, *, ticket: Any, email: str, next_one: str = "") -> None:
        super().__init__(data, initial={"level": ticket.level}, auto_id="hand-%s")
        user: Any = self.fields["user"]
        user.queryset = people().exclude(email__iexact=email).exclude(email="")
        user.empty_label = next_one or _("Choose somebody")
        user.required, user.is_needed = not next_one, True  # nobody chosen is the next level

    @property
    def to_level(self) -> int | None:
        level: int | None = self.cleaned_data["level"]
        return level + 1 if level and level < TOP else None
