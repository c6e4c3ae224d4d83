"""What people fill in. VERB_FORMS lists every verb that a ticket's pages offer, in the order in which they stand."""

from .customer import AcknowledgeForm, CloseForm, ReopenForm, ResolveForm, ResumeForm, SendUpdateForm, WaitForm
from .desk import AssignForm, ChangeSeverityForm, NoteForm
from .fields import Area, CustomerField, MomentField, people
from .ladder import DeEscalateForm, EscalateForm, TakeForm
from .new import NewIssueForm
from .verb import VerbForm

VERB_FORMS: dict[str, type[VerbForm]] = {
    form.verb: form
    for form in (
        AcknowledgeForm,
        TakeForm,
        AssignForm,
        WaitForm,
        ResumeForm,
        ChangeSeverityForm,
        EscalateForm,
        DeEscalateForm,
        NoteForm,
        SendUpdateForm,
        ResolveForm,
        ReopenForm,
        CloseForm,
    )
}

__all__ = [
    "VERB_FORMS",
    "Area",
    "CustomerField",
    "EscalateForm",
    "MomentField",
    "NewIssueForm",
    "VerbForm",
    "people",
]
