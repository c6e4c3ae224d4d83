"""Absences change here, whoever enters them: a page, the API, the administration.

What cannot be is refused with Django's ValidationError, which names fields of Absence.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from config.templatetags.figures import dated
from contacts.hours import zone_named
from contacts.matrix import person_key
from contacts.models import Absence, Contact, User

LONGEST = timedelta(days=2 * 366)
LONGEST_NOTE = 200  # characters
Key = tuple[str, int]
Who = Contact | User


def save_absence(absence: Absence) -> Absence:
    """Write it, new or changed, unless something speaks against it. Raises ValidationError."""
    with transaction.atomic():
        _hold([who for who in (who_of(absence), delegate_of(absence)) if who])
        check(absence)
        absence.save()
    return absence


def hold(key: int) -> None:
    """Nobody else changes or removes this absence until the transaction ends. What was read before may be old."""
    list(Absence.objects.select_for_update().filter(pk=key).values_list("pk"))


def check(absence: Absence) -> None:
    """Raises ValidationError if something speaks against it."""
    if problems := _problems(absence):
        raise ValidationError(problems)


def remove_absence(absence: Absence) -> None:
    """They are there again, or never left."""
    absence.delete()


def who_of(absence: Absence) -> Who | None:
    """Whoever is away: the account where there is one."""
    return absence.user or (absence.contact.user or absence.contact if absence.contact else None)


def delegate_of(absence: Absence) -> Who | None:
    return absence.delegate_user or absence.delegate


def facts(absence: Absence) -> dict[str, str]:
    """As text, for forms that must know whether somebody was faster."""
    who, delegate = who_of(absence), delegate_of(absence)
    return {
        "who": str(person_key(who)) if who else "",
        "starts_at": absence.starts_at.isoformat(),
        "ends_at": absence.ends_at.isoformat(),
        "stand_in": str(person_key(delegate)) if delegate else "",
        "note": absence.note,
    }


def is_of(absence: Absence, user: Any) -> bool:
    who = who_of(absence)
    return who is not None and person_key(who) == ("user", user.pk)


def may_change(user: Any, absence: Absence) -> bool:
    """One's own everybody may change who may change anything, those of others managers and administrators."""
    return bool(user.may_manage or (user.may_work and is_of(absence, user)))


def zone_of(who: Who | None) -> Any:
    """The zone in which their days begin and end."""
    user = who.user if isinstance(who, Contact) else who
    return zone_named(user.time_zone if user else "")


def name_of(who: Who | None) -> str:
    if who is None:
        return ""
    return who.name if isinstance(who, User) else who.person_name or who.title


def _hold(people: list[Who]) -> None:
    """Lock them until the transaction ends, always in one order: of two who name each other the second is refused."""
    keys = sorted({person_key(who) for who in people})
    for kind, model in (("contact", Contact), ("user", User)):
        wanted = [key for what, key in keys if what == kind]
        list(model._default_manager.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))


# -- what speaks against it -------------------------------------------------------------------------------------------


def _problems(absence: Absence) -> dict[str, str]:
    problems = _wrong_times(absence)
    who, delegate = who_of(absence), delegate_of(absence)
    if who is None or (absence.user_id and absence.contact_id):
        problems["user" if absence.user_id else "contact"] = _("Say who is away: a user, or somebody of the matrix.")
    if len(absence.note) > LONGEST_NOTE:
        problems["note"] = _("There is room for %(n)s characters.") % {"n": LONGEST_NOTE}
    if problems or who is None:
        return problems
    around = _others(absence)
    if mine := next((each for each in around if _is_theirs(each, who)), None):
        return {"starts_at": _already(mine, who)}
    field = "delegate_user" if absence.delegate_user_id else "delegate"
    if absence.delegate_user_id and absence.delegate_id:
        return {"delegate": _("Name one person who stands in.")}
    if delegate and (why := _wrong_delegate(absence, who, delegate, around)):
        return {field: why}
    return {}


def _wrong_times(absence: Absence) -> dict[str, str]:
    if absence.ends_at <= absence.starts_at:
        return {"ends_at": _("This must lie after the start.")}
    if absence.ends_at - absence.starts_at > LONGEST:
        return {"ends_at": _("This is more than two years. Somebody else should stand in their place by then.")}
    return {}


def _others(absence: Absence) -> list[Absence]:
    """All that hold at some time of this one."""
    others = Absence.objects.filter(starts_at__lt=absence.ends_at, ends_at__gt=absence.starts_at)
    related = ("user", "contact__user", "delegate__user", "delegate_user")
    return list(others.exclude(pk=absence.pk).select_related(*related).order_by("starts_at", "pk"))


def _is_theirs(absence: Absence, who: Who) -> bool:
    other = who_of(absence)
    return other is not None and person_key(other) == person_key(who)


def _already(absence: Absence, who: Who) -> str:
    zone = zone_of(who)
    days = {
        "name": name_of(who),
        "start": dated(localtime(absence.starts_at, zone), "j M Y H:i"),
        "end": dated(localtime(absence.ends_at, zone), "j M Y H:i"),
    }
    return _("%(name)s is away already from %(start)s to %(end)s. Change that absence instead.") % days


def _wrong_delegate(absence: Absence, who: Who, delegate: Who, around: list[Absence]) -> str:
    if person_key(delegate) == person_key(who):
        return _("Somebody else must stand in.")
    user = delegate.user if isinstance(delegate, Contact) else delegate
    name = {"name": name_of(delegate)}
    if user and not user.is_active:
        return _("The account of %(name)s is closed.") % name
    address = delegate.address if isinstance(delegate, Contact) else delegate.email
    if not address:
        return _("%(name)s has no e-mail address and could not be told.") % name
    if _is_refused(address):
        return _("Mail to %(name)s is refused. Correct the address in the contact matrix first.") % name
    chain = _loop(delegate, absence.starts_at, absence.ends_at, person_key(who), around, ())
    if chain:
        names = " → ".join([*chain, name_of(who)])
        return _("While both are away, this goes in a circle: %(names)s.") % {"names": names}
    return ""


def _is_refused(address: str) -> bool:
    here = Q(email__iexact=address) | Q(email="", user__email__iexact=address)
    return Contact.objects.filter(here, unreachable_since__isnull=False).exists()


def _loop(
    who: Who, start: datetime, end: datetime, back_to: Key, around: list[Absence], seen: tuple[Key, ...]
) -> list[str]:
    """The names of those through whom, at some time from `start` to `end`, it would lead back; empty if nowhere."""
    here = person_key(who)
    if here == back_to:
        return []
    for each in around:
        since, until = max(start, each.starts_at), min(end, each.ends_at)
        following = delegate_of(each)
        if following is None or since >= until or not _is_theirs(each, who):
            continue
        if person_key(following) == back_to:
            return [name_of(who)]
        if person_key(following) in seen or person_key(following) == here:
            continue  # somebody else's circle, from before: it ends in nobody
        if rest := _loop(following, since, until, back_to, around, (*seen, here)):
            return [name_of(who), *rest]
    return []
