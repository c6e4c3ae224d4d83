"""What came of trying to do what somebody sent, in the words of their own page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from escalations.errors import Invalid, NotAllowed
from escalations.forms import VerbForm


@dataclass(frozen=True)
class Outcome:
    """`value` is what the verb returned; `refusal` why it was not done; wrong fields are on the form."""

    status: int = 200
    value: Any = None
    refusal: str = ""

    @property
    def is_done(self) -> bool:
        return self.status == 200


def tried(form: VerbForm, do: Callable[..., Any]) -> Outcome:
    """Clean the form and call `do` with what it holds."""
    if not form.is_valid():
        return Outcome(400)
    try:
        return Outcome(value=do(**form.cleaned_data))
    except NotAllowed as refused:
        return Outcome(409, refusal=refused.message)
    except Invalid as invalid:
        form.refuse(invalid.fields)
        return Outcome(400)
