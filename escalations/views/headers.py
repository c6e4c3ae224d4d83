"""The heads of the list's columns: each orders the list by its column, and the other way round when pressed again."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

# (class of the column, what stands there without ordering it, label, order, order the other way round)
COLUMNS = [
    ("row-sev", "", _("Severity"), "severity", "-severity"),
    ("row-no", "", _("Number"), "", "oldest"),
    ("row-main", _("Subject"), _("Customer"), "customer", "-customer"),
    ("row-level", "", _("Level"), "level", "-level"),
    ("row-next", _("Next step"), "", "", ""),
    ("row-clock", "", _("Due"), "due", "-due"),
    ("row-owner", _("Owner"), "", "", ""),
]


@dataclass(frozen=True)
class Header:
    """`ordering` is what pressing it leads to; `current` says whether the list stands in this order, either way."""

    place: str
    plain: Any
    label: Any
    icon: str
    ordering: str
    current: bool
    turned: bool


def headers(ordering: str) -> list[Header]:
    """Of a list in this order; the empty one is the newest number first."""
    return [
        Header(
            place,
            plain,
            label,
            icon="signal" if place == "row-sev" else "",  # a column of 20 px
            ordering=back if ordering == there else there,
            current=bool(label) and ordering in (there, back),
            turned=bool(label) and ordering == back,
        )
        for place, plain, label, there, back in COLUMNS
    ]
