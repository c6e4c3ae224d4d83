"""What people fill in. VERB_FORMS lists every verb that a ticket's pages offer, in the order in which they stand."""

from .customer import CloseForm, ReopenForm, ResolveForm, ResumeForm, WaitForm
from .desk import AssignForm, ChangeSeverityForm, NoteForm
from .edit import EditForm
from .fields import Area, CustomerField, MomentField, people
from .inform import AcknowledgeForm, SendUpdateForm
from .ladder import DeEscalateForm, EscalateForm, TakeForm
from .new import NewIssueForm
from .told import HandToForm, HoldForm, WrongPersonForm
from .verb import VerbForm
from .watch import UnwatchForm, WatchForm

VERB_FORMS: dict[str, type[VerbForm]] = {
    form.verb: form
    for form in (
        AcknowledgeForm,
        TakeForm,
        AssignForm,
        WaitForm,
        ResumeForm,
        ChangeSeverityForm,
        ResolveForm,
        EscalateForm,
        HoldForm,
        HandToForm,
        WrongPersonForm,
        DeEscalateForm,
        NoteForm,
        EditForm,
        WatchForm,
        UnwatchForm,
        SendUpdateForm,
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
