"""Proof that an address is read: somebody answered at it."""

from datetime import datetime

from django.db.models import Q

from contacts.models import Contact
from contacts.models.matrix import Proof

# What can only have come by the address itself: then it refuses nothing any more.
BY_MAIL = (Proof.DRILL, Proof.ANSWERED)


def dispute(address: str, about: str, at: datetime) -> None:
    """Whoever reads at `address` says that they are the wrong person: shown wherever it stands in the matrix, until
    somebody has looked."""
    here = Contact.objects.filter(Q(email__iexact=address) | Q(email="", user__email__iexact=address))
    here.filter(disputed_at=None).update(disputed_at=at, disputed_about=about)


def prove(address: str, how: Proof, at: datetime) -> None:
    """Write it wherever this address stands in the matrix. An older proof never replaces a newer one."""
    if not address:
        return
    here = Contact.objects.filter(Q(email__iexact=address) | Q(email="", user__email__iexact=address))
    here.filter(Q(proved_at=None) | Q(proved_at__lt=at)).update(proved_at=at, proved_how=how)
    if how in BY_MAIL:
        here.filter(unreachable_since__lte=at).update(unreachable_since=None, unreachable_reason="")
