"""What people fill in. A form cleans what was typed; the verb it is named after decides.

A field's name is the name of the verb's argument, so that an error of the verb finds its field.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Customer, User
from escalations.models import Severity

LOCAL = "%Y-%m-%dT%H:%M"


def people() -> Any:
    """Whoever may own an issue."""
    return User.objects.filter(is_active=True).exclude(role="auditor").order_by("first_name", "last_name", "username")


class Area(forms.Textarea):
    def __init__(self, rows: int = 3, **attrs: Any) -> None:
        super().__init__({"rows": rows, **attrs})


class MomentField(forms.DateTimeField):
    """A date and time in the person's own time zone, from the browser's picker."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format=LOCAL)
        super().__init__(widget=widget, input_formats=[LOCAL, f"{LOCAL}:%S"], **options)


class CustomerField(forms.ModelChoiceField):
    """A customer: chosen from a list while that is short, else written by name. Either way both are understood."""

    LONGEST_LIST = 200

    def to_python(self, value: Any) -> Customer | None:
        text = str(value or "").strip()
        if not text:
            return None
        customers: Any = self.queryset
        is_key = text.isascii() and text.isdigit() and len(text) < 19
        exact = customers.filter(pk=int(text)) if is_key else customers.filter(slug=text.lower())
        found = list(exact or customers.filter(name__iexact=text) or customers.filter(name__icontains=text)[:4])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("No customer is called that."), code="invalid_choice")
        names = ", ".join(customer.name for customer in found[:3])
        raise forms.ValidationError(
            _("Several customers fit: %(names)s … Write more of the name."), params={"names": names}, code="unclear"
        )

    def fit_widget(self) -> None:
        """A list of thousands would weigh more than the page."""
        customers: Any = self.queryset
        if customers.order_by()[: self.LONGEST_LIST + 1].count() > self.LONGEST_LIST:
            self.widget = forms.TextInput({"placeholder": _("Name or short name"), "autocomplete": "off"})
            self.widget.is_required = self.required


class VerbForm(forms.Form):
    """`fields` of the ids carry the verb's name, so that several forms fit on one page."""

    verb = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("auto_id", f"{self.verb}-%s")
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if name in ("reason", "text", "summary", "next_steps", "root_cause", "solution", "prevention"):
                field.widget.attrs.setdefault("maxlength", 8000)

    def refuse(self, fields: dict[str, str]) -> None:
        """Put the verb's own objections beside the fields they speak of."""
        for name, message in fields.items():
            self.add_error(name if name in self.fields else None, message)


class AcknowledgeForm(VerbForm):
    verb = "acknowledge"
    message = forms.BooleanField(label=_("Send the acknowledgement to the customer"), required=False, initial=True)


class AssignForm(VerbForm):
    verb = "assign"
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), empty_label=_("Choose somebody"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = people()  # type: ignore[attr-defined]


class ChangeSeverityForm(VerbForm):
    verb = "change_severity"
    severity = forms.ModelChoiceField(Severity.objects.all(), label=_("Severity"), empty_label=None)
    reason = forms.CharField(label=_("Why"), widget=Area(2))


class WaitForm(VerbForm):
    verb = "wait"
    reason = forms.CharField(
        label=_("What we wait for"),
        help_text=_("The resolution and update clocks pause until you resume. The first response is not excused."),
        widget=Area(2),
    )


class ResumeForm(VerbForm):
    verb = "resume"


class NoteForm(VerbForm):
    verb = "note"
    text = forms.CharField(label=_("Internal note"), help_text=_("Never leaves the desk."), widget=Area(3))


class SendUpdateForm(VerbForm):
    verb = "send_update"
    summary = forms.CharField(label=_("What has changed"), widget=Area(2))
    next_steps = forms.CharField(label=_("What happens next"), widget=Area(1))
    expected_resolution = forms.CharField(label=_("Expected resolution"), max_length=200, required=False)
    next_update_at = MomentField(label=_("Promise the next update by"), required=False)


class EscalateForm(VerbForm):
    verb = "escalate"
    reason = forms.CharField(label=_("Why, and what you need from them"), widget=Area(3))
    level = forms.TypedChoiceField(
        label=_("To"), coerce=lambda value: int(value) if value else None, empty_value=None, required=False
    )

    def __init__(self, *args: Any, rungs: list[tuple[str, str]] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["level"].choices = [("", _("The next level")), *(rungs or [])]  # type: ignore[attr-defined]


class TakeForm(VerbForm):
    verb = "take"


class DeEscalateForm(VerbForm):
    verb = "de_escalate"
    reason = forms.CharField(label=_("Why it can go down a level"), widget=Area(2))


class ResolveForm(VerbForm):
    verb = "resolve"
    root_cause = forms.CharField(label=_("Root cause"), widget=Area(2))
    solution = forms.CharField(label=_("What was done"), widget=Area(2))
    prevention = forms.CharField(label=_("So that it does not come back"), widget=Area(2))


class ReopenForm(VerbForm):
    verb = "reopen"
    reason = forms.CharField(label=_("Why"), widget=Area(2))


class CloseForm(VerbForm):
    verb = "close"


VERB_FORMS: dict[str, type[VerbForm]] = {
    form.verb: form
    for form in (
        AcknowledgeForm, AssignForm, ChangeSeverityForm, WaitForm, ResumeForm, NoteForm, SendUpdateForm,
        EscalateForm, TakeForm, DeEscalateForm, ResolveForm, ReopenForm, CloseForm,
    )
}  # fmt: skip


class NewIssueForm(VerbForm):
    """A new issue: the customer first, then what happened, then how bad it is."""

    verb = "new"
    customer = CustomerField(
        Customer.objects.filter(churned_at=None), label=_("Customer"), empty_label=_("Choose a customer")
    )
    subject = forms.CharField(
        label=_("What is wrong"), max_length=200, help_text=_("One line, as you would say it to a colleague.")
    )
    description = forms.CharField(
        label=_("What happened"),
        help_text=_("What the customer sees, since when, who is hit, what was tried."),
        widget=Area(5),
        required=False,
    )
    severity = forms.ModelChoiceField(Severity.objects.all(), label=_("How bad is it"), widget=forms.RadioSelect)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody yet"))
    reporter_name = forms.CharField(label=_("Reported by"), max_length=120, required=False)
    reporter_email = forms.EmailField(
        label=_("Their e-mail"), required=False, help_text=_("Updates go here; else to the customer’s first contact.")
    )
    reported_at = MomentField(
        label=_("Reported at"), required=False, help_text=_("The clocks start here. Empty means now.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = people()  # type: ignore[attr-defined]
        self.fields["customer"].fit_widget()  # type: ignore[attr-defined]

    def clean_reported_at(self) -> datetime | None:
        when: datetime | None = self.cleaned_data["reported_at"]
        if when and when > timezone.now():
            raise forms.ValidationError(_("This lies in the future. When did the customer tell us?"))
        return when
