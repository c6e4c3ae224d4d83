"""The names that wording for customers may use. Whatever is not listed here is refused."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# By where their value comes from: (key, title, {name: what it stands for}).
GROUPS = [
    (
        "issue",
        gettext_lazy("From the issue"),
        {
            "ticket_number": gettext_lazy("Ticket number"),
            "subject": gettext_lazy("Subject of the issue"),
            "severity": gettext_lazy("Severity, such as “P1 Critical”"),
            "status": gettext_lazy("Current status"),
            "level": gettext_lazy("Level that it has reached"),
            "reported_at": gettext_lazy("Reported at"),
            "elapsed": gettext_lazy("Time since the report"),
            "today": gettext_lazy("Today’s date"),
        },
    ),
    (
        "people",
        gettext_lazy("People"),
        {
            "customer_name": gettext_lazy("Customer"),
            "contact_name": gettext_lazy("Contact at the customer"),
            "assigned_to": gettext_lazy("Assigned to"),
            "owner_email": gettext_lazy("E-mail of whoever it is assigned to"),
            "owner_phone": gettext_lazy("Phone of whoever it is assigned to"),
            "team": gettext_lazy("Our team"),
            "opened_by": gettext_lazy("Who logged it"),
            "sender_name": gettext_lazy("Your name"),
            "organisation": gettext_lazy("Our organisation"),
        },
    ),
    (
        "clocks",
        gettext_lazy("Clocks"),
        {
            "next_update": gettext_lazy("Next update"),
            "response_due": gettext_lazy("First answer due"),
            "resolution_due": gettext_lazy("Resolution due"),
        },
    ),
    ("links", gettext_lazy("Links"), {"customer_page": gettext_lazy("Link to the customer’s own page")}),
    (
        "typed",
        gettext_lazy("Written each time"),
        {
            "issue": gettext_lazy("Brief description of the issue"),
            "work_completed": gettext_lazy("Work completed"),
            "next_steps": gettext_lazy("Next steps"),
            "expected_resolution": gettext_lazy("Expected resolution"),
            "root_cause": gettext_lazy("Root cause"),
            "solution": gettext_lazy("Solution implemented"),
            "prevention": gettext_lazy("Preventive measures"),
        },
    ),
]
PLACEHOLDERS = {name: label for _key, _title, names in GROUPS for name, label in names.items()}
# What only a person can know for sure. Where nobody types it, the issue says what it can.
TYPED = tuple(GROUPS[-1][2])

# Whatever stands between double braces is meant as a placeholder, so "{{ 7*7 }}" is refused, not sent.
PATTERN = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")
NAMED, MOST_NAMED = 60, 8  # characters of a wrong name that are quoted; and how many wrong names are


class UnknownPlaceholder(ValueError):
    """Wording uses `names`, which are not on the list; a half-written one is named as it stands."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)
        super().__init__(" ".join(ValidationError([_refusal(name) for name in self.names[:MOST_NAMED]]).messages))


def placeholders(text: str) -> list[str]:
    """The names used, in the order of their first use, known or not."""
    return list(dict.fromkeys(PATTERN.findall(text)))


def unknown(text: str) -> list[str]:
    names = [name or "{{}}" for name in placeholders(text) if name not in PLACEHOLDERS]
    return names + re.findall(r"\{\{[^{}\s]*|[^{}\s]*\}\}", PATTERN.sub("", text))


def nearest(name: str) -> str:
    """The known name that was probably meant, or ""."""
    plain = re.sub(r"\W+", "_", name).strip("_").lower()
    return next(iter(get_close_matches(plain[:NAMED], PLACEHOLDERS, n=1, cutoff=0.6)), "")


def validate_wording(text: str) -> None:
    """A validator for form and model fields: names every wrong placeholder, and what was probably meant."""
    names = list(dict.fromkeys(unknown(text)))
    if names:
        raise ValidationError([_refusal(name) for name in names[:MOST_NAMED]])


def _refusal(name: str) -> ValidationError:
    if near := nearest(name):
        text = _("“%(name)s” is not a placeholder. Did you mean {{%(near)s}}?")
    else:
        text = _("“%(name)s” is not a placeholder. Known are: %(known)s.")
    params = {"name": name[:NAMED], "near": near, "known": ", ".join(PLACEHOLDERS)}
    return ValidationError(text, code="unknown_placeholder", params=params)
