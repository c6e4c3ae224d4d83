"""The names that wording for customers may use. Whatever is not listed here is refused."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PLACEHOLDERS = {
    "customer_name": gettext_lazy("Customer"),
    "contact_name": gettext_lazy("Contact at the customer"),
    "ticket_number": gettext_lazy("Ticket number"),
    "subject": gettext_lazy("Subject of the issue"),
    "severity": gettext_lazy("Severity, such as “P1 Critical”"),
    "issue": gettext_lazy("Brief description of the issue"),
    "assigned_to": gettext_lazy("Assigned to"),
    "next_update": gettext_lazy("Next update"),
    "status": gettext_lazy("Current status"),
    "work_completed": gettext_lazy("Work completed"),
    "next_steps": gettext_lazy("Next steps"),
    "expected_resolution": gettext_lazy("Expected resolution"),
    "root_cause": gettext_lazy("Root cause"),
    "solution": gettext_lazy("Solution implemented"),
    "prevention": gettext_lazy("Preventive measures"),
    "sender_name": gettext_lazy("Your name"),
    "organisation": gettext_lazy("Our organisation"),
    "customer_page": gettext_lazy("Link to the customer’s own page"),
}

# Whatever stands between double braces is meant as a placeholder, so "{{ 7*7 }}" is refused, not sent.
PATTERN = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")


class UnknownPlaceholder(ValueError):
    """Wording uses `names`, which are not on the list; a half-written one is named as it stands."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)
        super().__init__(_("Not a known placeholder: %(names)s.") % {"names": ", ".join(self.names)})


def placeholders(text: str) -> list[str]:
    """The names used, in the order of their first use, known or not."""
    return list(dict.fromkeys(PATTERN.findall(text)))


def unknown(text: str) -> list[str]:
    names = [name or "{{}}" for name in placeholders(text) if name not in PLACEHOLDERS]
    return names + re.findall(r"\{\{[^{}\s]*|[^{}\s]*\}\}", PATTERN.sub("", text))


def validate_wording(text: str) -> None:
    """A validator for form and model fields."""
    names = unknown(text)
    if names:
        raise ValidationError(
            _("%(names)s cannot be used here. Known are: %(known)s."),
            code="unknown_placeholder",
            params={"names": ", ".join(names), "known": ", ".join(PLACEHOLDERS)},
        )
