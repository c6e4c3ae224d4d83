"""The record of what administrators changed: written in the transaction of the change, read at /settings/changes/."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contacts.models import DeskChange, User
from contacts.models.changes import Act, Area
from contacts.models.history import Source

LONGEST = 300  # characters of a value
Difference = dict[str, str]


def record(
    area: Area,
    act: Act,
    about: str,
    *,
    by: User | None,
    at: datetime,
    changes: Iterable[Difference] = (),
    source: str = Source.PAGE,
) -> DeskChange:
    """`about` and `changes` are words for people, and hold no secret."""
    return DeskChange.objects.create(
        area=area, act=act, about=about[:200], changes=list(changes), by=by, at=at, source=source
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, Any]) -> list[Difference]:
    """What differs of the names that have a label."""
    return [
        {"what": str(label), "from": _said(before.get(name)), "to": _said(after.get(name))}
        for name, label in labels.items()
        if name in after and before.get(name) != after[name]
    ]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)[:LONGEST]
