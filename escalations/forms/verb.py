"""The form of one verb of a ticket. It cleans what was typed; the verb it is named after decides.

A field's name is the name of the verb's argument, so that an error of the verb finds its field.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LETS_IN = _("This issue is confidential. Whoever you choose comes onto the list of those who may see it.")
LONG = ("reason", "text", "summary", "next_steps", "root_cause", "solution", "prevention")
LONGEST = 8000  # characters
Words = str | Promise


def not_too_long(text: str) -> None:
    """As a browser counts: the end of a line is one character."""
    length = len(text.replace("\r\n", "\n"))
    if length > LONGEST:
        raise ValidationError(
            _("Keep it under %(most)s characters; these are %(length)s. Longer things may come as a file."),
            params={"most": LONGEST, "length": length},
        )


class VerbForm(forms.Form):
    """One verb: its words, its fields, and where the ticket offers it.

    `place`: "bar" shows a button under the Next box, "more" an entry in the menu, "composer" a pane of the composer,
    "head" a button in the page's header too. Ids carry the verb's name, so that several forms fit on one page.
    """

    verb: ClassVar[str] = ""
    title: ClassVar[Words] = ""  # the button that leads here, and the heading of the form
    button: ClassVar[Words] = ""  # if other words fit better on the button that sends it
    text: ClassVar[Words] = ""  # what happens when it is sent
    done: ClassVar[Words] = ""  # said afterwards
    icon: ClassVar[str] = "circle"
    place: ClassVar[str] = "bar"
    concerns: ClassVar[Collection[str]] = ()  # kinds of events that whoever fills this in must know of first
    takes_files: ClassVar[str] = (
        ""  # "internal" or "shared": takes files along, which the customer may not or may fetch
    )
    fragment: ClassVar[str] = ""  # the template that a script gets instead of the whole page once it is done
    picked: Any = None  # the files that came with it, to be shown again
    seen: int | str = ""  # the newest event when the page was made

    def __init__(self, data: Any = None, *, ticket: Any = None, user: Any = None, **options: Any) -> None:
        options.setdefault("auto_id", f"{self.verb}-%s")
        super().__init__(data, **options)
        for name, field in self.fields.items():
            if name in LONG:
                field.widget.attrs.setdefault("maxlength", LONGEST)
                field.validators.append(not_too_long)
        if ticket is not None:
            self.seen = getattr(ticket, "newest_event", "")
            self.prepare(ticket, user)

    def prepare(self, ticket: Any, user: Any) -> None:
        """Choices and initial values that depend on the ticket or on who looks at it."""

    @classmethod
    def is_offered(cls, ticket: Any, user: Any) -> bool:
        """False hides a verb that the ticket's status allows but that would lead nowhere."""
        return True

    def arguments(self, at: datetime) -> dict[str, Any]:
        """What the verb is called with, besides `by` and `at`."""
        return self.cleaned_data

    def clashes(self, news: Sequence[Any]) -> bool:
        """Whether `news` (events of the kinds in `concerns`, by others) stand against what was filled in."""
        return True

    @property
    def is_bare(self) -> bool:
        """Nothing to fill in: the button alone does it."""
        return not self.fields

    def refuse(self, fields: dict[str, str]) -> None:
        """Put the verb's own objections beside the fields they speak of."""
        for name, message in fields.items():
            self.add_error(name if name in self.fields else None, message)
