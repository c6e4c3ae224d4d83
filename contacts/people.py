"""People and service accounts change here: by page, API or administration. What is changed is recorded.

Whoever does this is an administrator. Nobody changes their own role or closes their own account, and the last
administrator stays one: somebody who can let people in has to remain. Refusals are ValidationErrors that name fields.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.account.closing import called, close_account
from contacts.desk_changes import differences, record
from contacts.models import User
from contacts.models.changes import Act, Area
from contacts.models.history import Source
from contacts.models.people import Role

LABELS = {
    "username": gettext_lazy("name for signing in"),
    "first_name": gettext_lazy("first name"),
    "last_name": gettext_lazy("last name"),
    "email": gettext_lazy("e-mail"),
    "role": gettext_lazy("role"),
    "team": gettext_lazy("team"),
    "phone": gettext_lazy("phone"),
    "time_zone": gettext_lazy("time zone"),
    "is_active": gettext_lazy("may sign in"),
}


@transaction.atomic
def add_person(user: User, *, by: User, at: datetime, password: str | None = None, source: str = Source.PAGE) -> User:
    """A new account. Without a password nobody signs in with it until they have set one by mail."""
    user.set_password(password)
    _give_rights(user)
    user.save()
    record(_area(user), Act.ADDED, called(user), by=by, at=at, changes=_told({}, facts(user)), source=source)
    return user


def add_service(*, name: str, role: str, by: User, at: datetime) -> User:
    """An account for a program: it has tokens, no password and no address, and is told nothing."""
    taken = {each.lower() for each in User.objects.values_list("username", flat=True)}
    base = slugify(name)[:100] or "service"
    username = next(each for each in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if each not in taken)
    user = User(username=username, first_name=name, role=role, is_service=True)
    return add_person(user, by=by, at=at)


@transaction.atomic
def change_person(user: User, values: Mapping[str, Any], *, by: User, at: datetime, source: str = Source.PAGE) -> User:
    """`values` by the name of the column. Closing an account ends its sessions and tokens at once."""
    # All administrators first, in one order: of two who demote each other at once, one remains.
    rows = User.objects.filter(Q(pk=user.pk) | Q(pk__in=administrators().values("pk"))).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))
    now = User.objects.select_related("team").get(pk=user.pk)
    before = facts(now)
    check(now, values, by=by)
    for name, value in values.items():
        if name != "is_active":
            setattr(now, name, value)
    if "role" in values and values["role"] != before["role"]:
        _give_rights(now)
    if values.get("is_active") and not now.is_active:
        now.is_active = True
    now.save()
    if values.get("is_active") is False and now.is_active:
        close_account(now, at)
    after = facts(now)
    if changed := _told(before, after):
        act = _act(before["is_active"], after["is_active"])
        record(_area(now), act, called(now), by=by, at=at, changes=changed, source=source)
    return now


def check(user: User, values: Mapping[str, Any], *, by: User) -> None:
    """Raises ValidationError if `by` may not change this of `user`."""
    problems = {}
    demotes = "role" in values and values["role"] != user.role
    closes = user.is_active and values.get("is_active") is False
    if user.pk == by.pk and demotes:
        problems["role"] = _("You cannot change your own role.")
    if user.pk == by.pk and closes:
        problems["is_active"] = _("You cannot close your own account.")
    loses_rights = user.may_configure and (closes or (demotes and values["role"] != Role.ADMIN))
    if not problems and loses_rights and not administrators().exclude(pk=user.pk).exists():
        words = _("This is the last administrator. Make somebody else one first.")
        problems["is_active" if closes else "role"] = words
    if problems:
        raise ValidationError(problems)


def administrators() -> QuerySet[User]:
    """People who let people in: no programs."""
    return User.objects.filter(Q(role=Role.ADMIN) | Q(is_superuser=True), is_active=True, is_service=False)


def _give_rights(user: User) -> None:
    """The stock administration is the administrators' as well, and nobody else's."""
    user.is_staff = user.is_superuser = user.role == Role.ADMIN and not user.is_service


def facts(user: User) -> dict[str, Any]:
    """What is recorded of an account, in words."""
    plain = {name: getattr(user, name) for name in LABELS}
    team = user.team.name if user.team else ""
    return plain | {"role": str(Role(user.role).label), "team": team}


def _told(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    return [each for each in differences(before, after, LABELS) if each["from"] or each["to"]]


def _act(before: bool, after: bool) -> Act:
    if before == after:
        return Act.CHANGED
    return Act.OPENED if after else Act.CLOSED


def _area(user: User) -> Area:
    return Area.SERVICE if user.is_service else Area.PERSON
