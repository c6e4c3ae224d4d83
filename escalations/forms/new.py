"""Logging an issue."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Customer, User
from escalations.enums import Confidential
from escalations.models import Severity
from escalations.questions import Answers, Stake, Who, Workaround

from .access import LetIn
from .fields import Area, CustomerField, MomentField, people

LONGEST_TEXT = 20_000  # characters


class NewIssueForm(LetIn):
    """A new issue: the customer first, three plain questions, then what happened.

    Without a chosen `severity` the one that the answers lead to counts.
    """

    verb = "new"
    customer = CustomerField(Customer.objects.filter(churned_at=None), label=_("Customer"))
    who = forms.ChoiceField(label=_("Who is held up?"), choices=Who, widget=forms.RadioSelect, required=False)
    workaround = forms.ChoiceField(
        label=_("Is there a way round it?"), choices=Workaround, widget=forms.RadioSelect, required=False
    )
    stakes = forms.MultipleChoiceField(
        label=_("Is any of this at stake?"), choices=Stake, widget=forms.CheckboxSelectMultiple, required=False
    )
    subject = forms.CharField(
        label=_("What is wrong"), max_length=200, help_text=_("One line, as you would say it to a colleague.")
    )
    severity = forms.ModelChoiceField(Severity.objects.all(), label=_("Severity"), required=False)
    why = forms.CharField(label=_("Why less than suggested?"), max_length=300, required=False)
    description = forms.CharField(
        label=_("What happened"),
        help_text=_("What the customer sees, since when, who is hit, what was tried."),
        widget=Area(3),
        required=False,
    )
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody yet"))
    reporter_name = forms.CharField(label=_("Reported by"), max_length=120, required=False)
    reporter_email = forms.EmailField(
        label=_("Their e-mail"), required=False, help_text=_("Updates go here; else to the customer’s first contact.")
    )
    reported_at = MomentField(
        label=_("Reported at"), required=False, help_text=_("The clocks start here. Empty means now.")
    )
    confidential = forms.ChoiceField(
        label=_("Only named people see it"),
        choices=[("", _("No, the whole desk sees it")), *Confidential.choices],
        required=False,
        widget=forms.RadioSelect({"class": "picks"}),
        help_text=_("You, its owner, whom the ladder tells, and whom you tick. To everybody else it does not exist."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer()
        self.fields["owner"].queryset = people()  # type: ignore[attr-defined]
        name = {"autocomplete": "off", "placeholder": _("Name or short name"), "list": "new-customers"}
        self.fields["customer"].widget = forms.TextInput(name | {"spellcheck": "false"})
        self.fields["customer"].widget.is_required = True
        self.fields["subject"].widget.attrs |= {"autocomplete": "off", "enterkeyhint": "send"}

    def clean_description(self) -> str:
        # No `maxlength` in the page: a browser cuts what is pasted, and says nothing.
        text: str = self.cleaned_data["description"]
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(
                _("This is longer than %(n)s characters. Keep the gist here and add the rest as a file."),
                params={"n": f"{LONGEST_TEXT:,}"},
            )
        return text

    def clean_reported_at(self) -> datetime | None:
        when: datetime | None = self.cleaned_data["reported_at"]
        if when and when > timezone.now():
            raise forms.ValidationError(_("This lies in the future. When did the customer tell us?"))
        return when

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned["people"] and not cleaned.get("confidential"):
            self.add_error("confidential", _("Say why only named people may see it, or tick nobody."))
        return cleaned

    @property
    def answers(self) -> Answers:
        """What was answered so far; only once the form was cleaned."""
        given = self.cleaned_data
        return Answers(given.get("who", ""), given.get("workaround", ""), tuple(given.get("stakes", ())))

    def issue(self) -> dict[str, Any]:
        """The arguments of `open_ticket` that stand in fields of their own."""
        apart = ("who", "workaround", "stakes", "severity", "why")
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}
