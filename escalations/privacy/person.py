"""Somebody at a customer, and the words that name them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_noop

from contacts.models import CustomerContact
from escalations.models import Ticket
from templates_app.models import InboundMail

MARK = gettext_noop("[erased]")
NOWHERE = "erased@invalid"  # RFC 2606: nobody will ever have it
SHORTEST = 3  # characters of a name that is looked for


@dataclass(frozen=True)
class Person:
    """By e-mail address. A name's parts count with their own capitals only: “Grace” names her, “grace” does not."""

    email: str
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @classmethod
    def of(cls, email: str) -> "Person":
        """With every name that stands beside the address."""
        email = email.strip().lower()
        rows = list(CustomerContact.objects.filter(email__iexact=email).values_list("name", "phone"))
        names = {name for name, _phone in rows}
        names |= set(Ticket.objects.filter(reporter_email__iexact=email).values_list("reporter_name", flat=True))
        names |= set(InboundMail.objects.filter(from_address__iexact=email).values_list("from_name", flat=True))
        named = sorted({name.strip() for name in names} - {"", MARK}, key=lambda name: (-len(name), name))
        return cls(email, tuple(named), tuple(sorted({phone for _name, phone in rows} - {""})))

    def scrub(self, text: str) -> str:
        """The text without what names them."""
        for pattern in self._patterns:
            text = pattern.sub(MARK, text)
        return text

    def scrubbed(self, value: Any) -> Any:
        """The same for what JSON holds, keys left as they are."""
        return walk(value, self.scrub)

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        whole = [*self.names, *self.phones]
        address = re.compile(rf"(?<![\w.+-]){re.escape(self.email)}(?![\w-])", re.IGNORECASE)
        patterns = [address] if self.email else []
        patterns += [_words(each, re.IGNORECASE) for each in whole if len(each) >= SHORTEST]
        parts = {part for name in self.names for part in re.split(r"[\s,]+", name) if part[:1].isupper()}
        return patterns + [_words(each) for each in sorted(parts, key=len, reverse=True) if len(each) >= SHORTEST]


def walk(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [walk(each, change) for each in value]
    if isinstance(value, dict):
        return {key: walk(each, change) for key, each in value.items()}
    return value


def _words(text: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", flags)
