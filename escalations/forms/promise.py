"""When the customer hears from us next: a promise, which is watched like any other clock."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.durations import Target

from .fields import MomentField
from .message import MessageForm

NINE = time(9)
CADENCE, TOMORROW, CUSTOM = "cadence", "tomorrow", "custom"
MINUTES = {
    "30": gettext_lazy("in 30 min"),
    "60": gettext_lazy("in 1 h"),
    "120": gettext_lazy("in 2 h"),
}


class PromiseForm(MessageForm):
    """A message with a promise. Times are the writer's own."""

    promise = forms.ChoiceField(label=gettext_lazy("Next update"), widget=forms.RadioSelect, required=False)
    next_update_at = MomentField(label=gettext_lazy("Promise the next update by"), required=False)

    def prepare(self, ticket: Any, user: Any) -> None:
        super().prepare(ticket, user)
        every = ticket.severity.update_every
        first = _("within %(span)s, as usual") % {"span": Target.parse(every).label()} if every else _("no promise")
        choices = [(CADENCE, first), *MINUTES.items(), (TOMORROW, _("tomorrow 9:00")), (CUSTOM, _("another time"))]
        field: Any = self.fields["promise"]
        field.choices = choices
        field.help_text = _("Times are yours: %(zone)s.") % {"zone": zone_name()}
        self.initial.setdefault("promise", CADENCE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("promise") == CUSTOM and not cleaned.get("next_update_at") and not self.has_error(NEXT):
            self.add_error(NEXT, _("Say when, or choose one of the times."))
        return cleaned

    def arguments(self, at: datetime) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given[NEXT] = promised(given.pop("promise", ""), given.get(NEXT), at)
        return given

    def draft_promise(self, at: datetime) -> datetime | None:
        """The promise as far as it can be read; a preview has no objections."""
        try:
            moment = self.fields[NEXT].clean(self.typed(NEXT))
        except ValidationError:
            moment = None
        return promised(self.typed("promise"), moment, at)


NEXT = "next_update_at"


def promised(choice: str, moment: datetime | None, at: datetime) -> datetime | None:
    """The instant that was chosen at `at`; None leaves it to the severity's cadence."""
    if choice in MINUTES:
        return at + timedelta(minutes=int(choice))
    if choice == TOMORROW:
        here = timezone.get_current_timezone()
        day = timezone.localtime(at, here).date() + timedelta(days=1)
        return datetime.combine(day, NINE, tzinfo=here)
    return None if choice == CADENCE else moment


def zone_name() -> str:
    return timezone.get_current_timezone_name().replace("_", " ")
