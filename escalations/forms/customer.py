"""Verbs that the customer notices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import Area, MomentField
from .verb import VerbForm


class AcknowledgeForm(VerbForm):
    verb, title, icon = "acknowledge", _("Acknowledge"), "circle-check"
    done = _("Acknowledged. The first response has its time.")
    message = forms.BooleanField(label=_("Send the acknowledgement to the customer"), required=False, initial=True)


class SendUpdateForm(VerbForm):
    verb, title, icon, place = "send_update", _("Customer update"), "send", "composer"
    button, done = _("Send update"), _("Update on its way to the customer.")
    summary = forms.CharField(label=_("What has changed"), widget=Area(2))
    next_steps = forms.CharField(label=_("What happens next"), widget=Area(1))
    expected_resolution = forms.CharField(label=_("Expected resolution"), max_length=200, required=False)
    next_update_at = MomentField(label=_("Promise the next update by"), required=False)


class WaitForm(VerbForm):
    verb, title, icon = "wait", _("Wait for customer"), "pause"
    done = _("Waiting for the customer. Clocks are paused.")
    reason = forms.CharField(
        label=_("What we wait for"),
        help_text=_("The resolution and update clocks pause until you resume. The first response is not excused."),
        widget=Area(2),
    )


class ResumeForm(VerbForm):
    verb, title, icon = "resume", _("Resume"), "play"
    done = _("Resumed. The clocks run on.")


class ResolveForm(VerbForm):
    verb, title, icon, place = "resolve", _("Resolve"), "check", "head"
    text = _("All clocks stop, and the customer is sent these words and asked to confirm.")
    done = _("Resolved. The customer is asked to confirm.")
    root_cause = forms.CharField(label=_("Root cause"), widget=Area(2))
    solution = forms.CharField(label=_("What was done"), widget=Area(2))
    prevention = forms.CharField(label=_("So that it does not come back"), widget=Area(2))


class ReopenForm(VerbForm):
    verb, title, icon = "reopen", _("Reopen"), "rotate-ccw"
    done = _("Reopened. The clocks go on where they stood.")
    reason = forms.CharField(label=_("Why"), widget=Area(2))


class CloseForm(VerbForm):
    verb, title, icon = "close", _("Close"), "archive"
    done = _("Closed.")
