"""What becomes of a rung if somebody leaves it: said before anybody is removed."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from contacts.matrix import Book
from contacts.matrix_page.grid import instead, position_told
from contacts.models import Absence, Contact


def consequences(contact: Contact, at: datetime) -> dict[str, Any]:
    """`then`: who would be told; `instead`: what happens if nobody of the rung can; `loses`: who loses a stand-in."""
    book = Book.between(at, at)
    rest = Book([each for each in book.contacts if each.pk != contact.pk], book.absences, book.rotations)
    matrix = rest.at(at)
    standing = matrix.who(contact.level, contact.team_id)
    told = position_told(matrix, standing, contact.team_id)
    is_theirs = told is not None and told.team_id == contact.team_id
    absences = Absence.objects.filter(Q(delegate=contact), ends_at__gt=at).select_related("contact__user", "user")
    return {
        "then": standing.recipient if is_theirs else None,
        "instead": "" if is_theirs else instead(matrix, standing, contact.team),
        "loses": [
            each.contact.person_name if each.contact else each.user.name if each.user else "" for each in absences[:20]
        ],
    }
