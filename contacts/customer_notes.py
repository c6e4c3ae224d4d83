"""What the desk should know about a customer. Internal; each note is its writer's own."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from contacts.models import Customer, CustomerNote, User

LONGEST = 8000  # characters


def write_note(*, customer: Customer, text: str, by: User, at: datetime) -> CustomerNote:
    """Raises ValidationError for an empty or endless text."""
    return CustomerNote.objects.create(customer=customer, text=_checked(text), by=by, at=at)


def edit_note(*, note: CustomerNote, text: str, by: User) -> None:
    """Raises PermissionDenied for somebody else's note."""
    must_own(note, by)
    note.text = _checked(text)
    note.save(update_fields=["text"])


def delete_note(*, note: CustomerNote, by: User) -> None:
    """Raises PermissionDenied for somebody else's note."""
    must_own(note, by)
    note.delete()


def must_own(note: CustomerNote, by: User) -> None:
    """Raises PermissionDenied for somebody else's note."""
    if note.by_id != by.pk:
        raise PermissionDenied(_("This is somebody else’s note."))


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("Write something first.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("A note has room for %(n)s characters.") % {"n": LONGEST}})
    return text
