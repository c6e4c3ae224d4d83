"""A new e-mail address counts once its mailbox has confirmed it; until then mail goes to the old one.

The link is signed, for one day, and names the address that it replaces, so it works once. The old mailbox is told.
Escalations go to the new address from then on wherever the matrix names the person and no address of its own.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.account import post
from contacts.models import Contact, User

SALT = "contacts.address"
GOOD_FOR = timedelta(days=1)


def ask(user: User, address: str, at: datetime) -> None:
    """Sends the link to the new mailbox. Raises ValidationError where another account has that address."""
    if User.objects.filter(email__iexact=address).exclude(pk=user.pk).exists():
        raise ValidationError(_("Another account has this address."))
    path = reverse("address-confirm", args=[signing.dumps([user.pk, user.email, address], salt=SALT)])
    post.send("confirm", user, path, at, to=address, until=(at + GOOD_FOR).isoformat())


def asked(token: str) -> tuple[User, str] | None:
    """Who confirms which address; None if the link is none, too old or used."""
    try:
        key, old, new = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=key, is_active=True, email=old).first()
    return (user, new) if user and old != new else None


def confirm(user: User, address: str, at: datetime) -> None:
    """Raises ValidationError if somebody else was given the address in the meantime."""
    old = user.email
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk, email=old).update(email=address)
            mine: Any = Contact.objects.filter(user=user, email="")
            for contact in mine.select_for_update(of=("self",)):
                contact.forget_address()
                contact.save()
    except IntegrityError:
        raise ValidationError(_("Another account has this address.")) from None
    user.email = address
    if old:
        post.send("changed", user, reverse("security"), at, to=old, new=address)
