"""Further addresses at the customer, which get every message that goes to the customer."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from escalations.errors import Invalid

MOST = 10


def normalised(given: Iterable[str]) -> list[str]:
    """Each address once, in the order given. Raises Invalid(cc=…) for one that is none, or for too many."""
    once: dict[str, str] = {}
    for text in given:
        address = text.strip()
        if not address:
            continue
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid(cc=_("“%(address)s” is not an e-mail address.") % {"address": address[:80]}) from None
        once.setdefault(address.lower(), address)
    if len(once) > MOST:
        raise Invalid(cc=_("At most %(most)s addresses, please.") % {"most": MOST})
    return list(once.values())
