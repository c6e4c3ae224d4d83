"""Verbs that the customer notices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.checklist import open_lines
from escalations.enums import EventKind, RootCause

from .fields import Area
from .message import MessageForm
from .verb import VerbForm


class WaitForm(VerbForm):
    verb, title, icon = "wait", _("Wait for customer"), "pause"
    concerns = (EventKind.WAITING, EventKind.RESUMED, EventKind.RESOLVED, EventKind.UPDATE_SENT, EventKind.CUSTOMER)
    done = _("Waiting for the customer. Clocks are paused.")
    reason = forms.CharField(
        label=_("What we wait for"),
        help_text=_(
            "Waiting counts as the first answer, so write to the customer first. "
            "The resolution and update clocks pause until you resume."
        ),
        widget=Area(2),
    )


class ResumeForm(VerbForm):
    verb, title, icon = "resume", _("Resume"), "play"
    concerns = (EventKind.RESUMED, EventKind.WAITING, EventKind.RESOLVED)
    done = _("Resumed. The clocks run on.")


class ResolveForm(MessageForm):
    verb, title, icon, place = "resolve", _("Resolve"), "check", "head"
    wording = "resolution"
    concerns = (EventKind.WAITING, EventKind.RESUMED, EventKind.RESOLVED, EventKind.REOPENED, EventKind.CUSTOMER)
    text = _("All clocks stop, and the customer is sent these words and asked to confirm.")
    done = _("Resolved. The customer is asked to confirm, and you are reminded to ask how they are.")
    root_cause = forms.CharField(label=_("Root cause"), widget=Area(2))
    cause = forms.ChoiceField(
        label=_("Kind of cause"),
        choices=[("", _("Not said")), *RootCause.choices],
        required=False,
        help_text=_("Internal: it counts in the numbers, and the customer does not see it."),
    )
    solution = forms.CharField(label=_("What was done"), widget=Area(2))
    prevention = forms.CharField(label=_("So that it does not come back"), widget=Area(2))

    def prepare(self, ticket: Any, user: Any) -> None:
        """What is known from the last time it was resolved need not be typed again."""
        super().prepare(ticket, user)
        for name in ("root_cause", "cause", "solution", "prevention"):
            self.initial.setdefault(name, getattr(ticket, name))


class ReopenForm(VerbForm):
    verb, title, icon = "reopen", _("Reopen"), "rotate-ccw"
    concerns = (EventKind.REOPENED, EventKind.CLOSED, EventKind.MERGED)
    done = _("Reopened. The clocks go on where they stood.")
    reason = forms.CharField(label=_("Why"), widget=Area(2))


class CloseForm(VerbForm):
    verb, title, icon = "close", _("Close"), "archive"
    concerns = (EventKind.REOPENED, EventKind.CLOSED, EventKind.CUSTOMER)
    done = _("Closed.")
    reason = forms.CharField(
        label=_("Close all the same, because"),
        help_text=_("Kept in the history together with what was open."),
        widget=Area(2),
        required=False,
    )

    def prepare(self, ticket: Any, user: Any) -> None:
        if not open_lines(ticket):
            if not self.is_bound:
                del self.fields["reason"]
        else:
            self.fields["reason"].is_needed = True  # type: ignore[attr-defined]
