"""What erasing somebody would change, without changing anything."""

from collections import Counter

from django.db import transaction

from contacts.models import User

from .erase import erase
from .person import Person


def look(person: Person, *, by: User, at: object) -> Counter[str]:
    """It is done, counted, and taken back: so it counts exactly what would be done. Files stay, as nothing commits."""
    with transaction.atomic():
        done = erase(person, by=by, at=at)  # type: ignore[arg-type]
        transaction.set_rollback(True)
    return done
