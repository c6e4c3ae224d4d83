"""After the fix: ticking the checklist, the post-mortem, action items, check-ins."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contacts.models import User
from contacts.models.customers import Health
from escalations.verbs.checklist import LONGEST_NOTE

from .fields import Area, MomentField, people
from .verb import VerbForm

LONGEST_TEXT = 20_000
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200


class DayField(forms.DateField):
    """A date from the browser's picker."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not EARLIEST_YEAR <= day.year < LATEST_YEAR:
            raise forms.ValidationError(_("Check the year."))
        return day


class TickForm(VerbForm):
    """`needed` is the button that was pressed: "yes" ticks the line, "no" says that it is not needed here."""

    verb, title = "tick", _("Checklist")
    needed = forms.ChoiceField(
        choices=[("yes", _("Tick it")), ("no", _("Not needed here"))], widget=forms.HiddenInput, required=False
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("How it was done, or why it is not needed here."),
        max_length=LONGEST_NOTE,
        widget=Area(2),
        required=False,
    )

    def clean_needed(self) -> bool:
        return self.cleaned_data["needed"] != "no"


class ReviewForm(VerbForm):
    verb, title = "review", _("Post-mortem")
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput, initial=0)
    summary = forms.CharField(
        label=_("What happened"),
        help_text=_("In a few sentences, for somebody who was not there."),
        max_length=LONGEST_TEXT,
        widget=Area(4),
        required=False,
    )
    impact = forms.CharField(
        label=_("Impact"),
        help_text=_("Whom it hit and what it cost them. The figures stand beside it."),
        max_length=LONGEST_TEXT,
        widget=Area(3),
        required=False,
    )
    causes = forms.CharField(
        label=_("Causes"),
        help_text=_("What made it happen, and what let it get this far. Causes, not culprits."),
        max_length=LONGEST_TEXT,
        widget=Area(4),
        required=False,
    )
    went_well = forms.CharField(label=_("What went well"), max_length=LONGEST_TEXT, widget=Area(2), required=False)
    lessons = forms.CharField(
        label=_("Lessons"),
        help_text=_("What we do differently from now on."),
        max_length=LONGEST_TEXT,
        widget=Area(3),
        required=False,
    )

    def mark_needed(self, names: Iterable[str]) -> None:
        """For the eye: a draft may hold less than what is published."""
        for name in names:
            self.fields[name].required = True

    def aim_at(self, version: int) -> None:
        """What was typed stays, and is meant for this version when it is sent again."""
        self.data = cast(QueryDict, self.data).copy()
        self.data["version"] = str(version)

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0


class MomentForm(VerbForm):
    verb, title = "moment", _("Add a moment")
    moment_at = MomentField(label=_("When"))
    text = forms.CharField(label=_("What happened"), max_length=300)  # type: ignore[assignment]


class ReopenReviewForm(VerbForm):
    verb, title = "reopen_review", _("Open the post-mortem again")
    # Not `text`: where a form has a field of that name, templates find the field.
    about = _("It becomes a draft, and the checklist line opens until it is published again.")
    reason = forms.CharField(label=_("Why"), widget=Area(2))


class ActionForm(VerbForm):
    verb, title, button = "action", _("Action item"), _("Save")
    text = forms.CharField(label=_("What is to be done"), max_length=300)  # type: ignore[assignment]
    owner = forms.ModelChoiceField(User.objects.none(), label=_("By whom"), empty_label=_("Choose somebody"))
    due_on = DayField(label=_("By"), help_text=_("They are reminded the day before, on the day, and then daily."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = people()  # type: ignore[attr-defined]


class CheckInForm(VerbForm):
    verb, title, button = "check_in", _("Check-in"), _("Save")
    health = forms.ChoiceField(label=_("How are they?"), choices=Health.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What they said"),
        help_text=_("Needed for yellow and red."),
        max_length=4000,
        widget=Area(3),
        required=False,
    )
    confirm = forms.BooleanField(label=_("Yes, log the relapse as a new issue"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].is_needed = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("health") in (Health.YELLOW, Health.RED) and not given.get("note", "").strip():
            self.add_error("note", _("Say what is wrong."))
        if given.get("health") == Health.RED and not given.get("confirm"):
            self.add_error("confirm", _("Red opens a new issue. Tick this if that is right."))
        return given
