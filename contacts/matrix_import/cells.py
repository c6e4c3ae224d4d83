"""What a cell of each column of a file of the matrix means."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contacts.models import User
from contacts.models.matrix import Level
from contacts.phones import PHONE
from contacts.rungs import MOST
from contacts.spreadsheets.cells import Reader, Wrong, email, shown, text

TEAM, USER = "team", "user"


def level(cell: str) -> tuple[str, str]:
    """1 to 5, technical or product; as "Level 3" and in the reader's language, too."""
    wanted = cell.lower()
    names = {key: key for key in Level.values} | {str(label).lower(): key for key, label in Level.choices}
    if wanted not in names:
        raise Wrong(_("“%(cell)s” is no rung. Write 1 to 5, technical or product.") % shown(cell))
    return names[wanted], ""


def position(cell: str) -> tuple[int, str]:
    if not (cell.isascii() and cell.isdigit() and len(cell) < 4 and int(cell) < MOST):
        words = _("“%(cell)s” is no position: 0 is asked first, then 1, up to %(n)s.")
        raise Wrong(words % {**shown(cell), "n": MOST - 1})
    return int(cell), ""


def phone(cell: str) -> tuple[str, str]:
    try:
        PHONE(cell)
    except ValidationError as error:
        raise Wrong(" ".join(error.messages)) from None
    return text(40)(cell)


def user_of(users: Mapping[str, User]) -> Reader:
    """`users` by user name, in small letters."""

    def read(cell: str) -> tuple[Any, str]:
        found = users.get(cell.lower())
        if found is None:
            raise Wrong(_("There is no account “%(cell)s”.") % shown(cell))
        if not found.is_active:
            raise Wrong(_("The account “%(cell)s” is closed.") % shown(cell))
        return found, ""

    return read


COLUMNS: dict[str, Reader] = {
    "level": level,
    TEAM: text(80),  # until the teams are known
    "position": position,
    "title": text(120),
    USER: text(150),  # until the accounts are known
    "name": text(120),
    "email": email,
    "phone": phone,
}
