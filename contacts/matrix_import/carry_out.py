"""Writes what was planned: all of it, or nothing."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from contacts.matrix_import.plan import MatrixPlan, plan
from contacts.models import Contact, User
from contacts.models.history import Source
from contacts.rungs import ASIDE, remove_contact, save_contact
from contacts.spreadsheets.plan import Moved
from contacts.spreadsheets.reading import Sheet


def carry_out(sheet: Sheet, *, digest: str, by: User, at: datetime) -> MatrixPlan:
    """Import a file whose dry run had this digest. Raises Moved."""
    try:
        with transaction.atomic():
            now = plan(sheet, at, lock=True)
            if now.digest != digest or not now.is_sound:
                raise Moved(now)
            _write(now, by, at)
    except ValidationError:
        # Somebody else took an empty rung in this very moment.
        raise Moved(plan(sheet, at)) from None
    return now


def _write(now: MatrixPlan, by: User, at: datetime) -> None:
    for contact in now.gone:
        remove_contact(contact, by=by, at=at, source=Source.IMPORT, close_ranks=False)
    kept = [each for targets in now.targets.values() for each in targets if not each._state.adding]
    # Whoever changes places, or addresses, with somebody else steps aside first.
    Contact.objects.filter(pk__in=[each.pk for each in kept]).update(position=F("position") + ASIDE)
    for targets in now.targets.values():
        for contact in targets:
            save_contact(contact, by=by, at=at, source=Source.IMPORT)
