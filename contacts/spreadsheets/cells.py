"""What a cell says, whatever the table. A reader takes the text and returns the value and how it was read, if that is
not plain; it raises Wrong with what is wrong and the way out."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from contacts.models import Team

CLEAR = "-"  # a cell that takes away what is there; an empty one leaves it
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Reader = Callable[[str], tuple[Any, str]]


class Wrong(Exception):
    """The text says what is wrong with the cell."""


def text(longest: int) -> Reader:
    def read(cell: str) -> tuple[str, str]:
        if len(cell) > longest:
            raise Wrong(_("%(n)s characters; there is room for %(longest)s.") % {"n": len(cell), "longest": longest})
        return cell, ""

    return read


def email(cell: str) -> tuple[str, str]:
    try:
        validate_email(cell)
    except ValidationError:
        raise Wrong(_("“%(cell)s” is no e-mail address.") % shown(cell)) from None
    return text(254)(cell)


def team_of(teams: Mapping[str, Any]) -> Reader:
    """`teams` by short name and by name, in small letters."""

    def read(cell: str) -> tuple[Any, str]:
        if found := teams.get(cell.lower()):
            return found, ""
        names = ", ".join(sorted({team.slug for team in teams.values()})[:8]) or _("none")
        raise Wrong(_("There is no team “%(cell)s”. There are: %(names)s.") % {**shown(cell), "names": names})

    return read


def teams() -> dict[str, Team]:
    """By short name and by name, in small letters."""
    every = list(Team.objects.all())
    return {team.name.lower(): team for team in every} | {team.slug.lower(): team for team in every}


def tidy(cell: str) -> str:
    """One line without what cannot be seen; an apostrophe that only keeps a spreadsheet from calculating goes."""
    line = " ".join(cell.split()).strip("\ufeff")
    return line[1:] if line[:1] == "'" and line[1:2] in ("=", "+", "-", "@") else line


def has_control(cell: str) -> bool:
    return CONTROL.search(cell) is not None


def shown(cell: str) -> dict[str, str]:
    return {"cell": cell if len(cell) <= 60 else f"{cell[:60]}…"}
