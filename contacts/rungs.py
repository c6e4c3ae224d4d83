"""The matrix changes here and nowhere else: by page, file, API or administration. Who stood where is kept (Tenure).

What cannot be used is refused with Django's ValidationError, which names its fields.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers import Difference, Stale, differences
from contacts.models import Contact, Team, Tenure, User
from contacts.models.history import Source
from contacts.models.matrix import Level
from contacts.phones import PHONE

MOST = 100  # positions on one rung
ASIDE = 1000  # where positions wait while others take their places

LABELS = {
    "title": gettext_lazy("Title"),
    "user": gettext_lazy("Account"),
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "position": gettext_lazy("Position"),
}


def facts(contact: Contact) -> dict[str, str]:
    """What people fill in, as text: for forms that must know whether somebody was faster, and for comparisons."""
    return {
        "title": contact.title,
        "user": contact.user.username if contact.user else "",
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
    }


def explained(changes: Iterable[Difference]) -> list[Difference]:
    """Differences as people read them: {"label", "from", "to"}."""
    return [{**each, "label": str(LABELS.get(each["what"], each["what"]))} for each in changes]


def in_words(contact: Contact) -> str:
    """As "Vera Lindqvist, VP of Customer Success, vera@desk.example"."""
    said = (contact.person_name or _("Nobody"), contact.title, contact.address, contact.telephone)
    return ", ".join(part for part in said if part)


def rung_name(level: str, team: Team | None) -> str:
    """As "Level 3", "Technical (EMEA)"."""
    label = str(Level(level).label)
    return f"{label} ({team.name})" if team else label


def on_rung(level: str, team_id: int | None, *, lock: bool = False) -> list[Contact]:
    """The positions of one rung in their order; locked, two people who change it take turns."""
    rows = Contact.objects.filter(level=level, team=team_id).order_by("position", "pk")
    if lock:
        # A statement of its own: having waited, PostgreSQL would give the new rows in their old order, beside the old
        # rows of those whom they were joined with.
        list(rows.select_for_update(no_key=True).values_list("pk"))
    return list(rows.select_related("user", "team"))


def held(key: int) -> Contact | None:
    """The position as it is now, with its rung locked until the transaction ends; None if it is there no more."""
    where = Contact.objects.filter(pk=key).values_list("level", "team_id").first()
    rows = on_rung(*where, lock=True) if where else []
    return next((each for each in rows if each.pk == key), None)


def check(contact: Contact, others: Iterable[Contact] | None = None) -> None:
    """Raises ValidationError unless this can be kept. `others` stand on the same rung; None: whoever does now."""
    problems: dict[str, Any] = {}
    try:
        contact.clean_fields()
    except ValidationError as error:
        problems.update(error.error_dict)
    if contact.phone and "phone" not in problems:
        try:
            PHONE(contact.phone)
        except ValidationError as error:
            problems["phone"] = error.messages
    if not problems.keys() & {"level", "email", "user"}:
        others = on_rung(contact.level, contact.team_id) if others is None else others
        problems |= _twice(contact, [each for each in others if each.pk != contact.pk])
    if problems:
        raise ValidationError(problems)


def _twice(contact: Contact, others: Iterable[Contact]) -> dict[str, list[str]]:
    """Nobody is their own backup."""
    words = _("%(name)s stands on this rung already.")
    for other in others:
        if contact.user_id and contact.user_id == other.user_id:
            return {"user": [words % {"name": other.person_name}]}
        if contact.address and contact.address.lower() == other.address.lower():
            field = "email" if contact.email else "user"
            return {field: [words % {"name": other.person_name or other.address}]}
    return {}


@transaction.atomic
def save_contact(contact: Contact, *, by: User | None, at: datetime, source: str = Source.PAGE) -> Contact:
    """Keep one position, new or changed: a changed one as `held` gave it, or what others do meanwhile is lost. Another
    address has refused nothing yet, and proved nothing; and whoever takes the place of somebody who is away is not
    away. Raises ValidationError, and DoesNotExist for one that was removed meanwhile."""
    others = on_rung(contact.level, contact.team_id, lock=True)
    check(contact, others)
    before = None if contact._state.adding else Contact.objects.select_related("user").get(pk=contact.pk)
    if before is None and len(others) >= MOST:
        words = _("%(n)s positions on one rung are enough. Remove one first.")
        raise ValidationError({"position": [words % {"n": MOST}]})
    contact.disputed_at, contact.disputed_about = None, ""  # somebody has looked
    if before is None or before.address.lower() != contact.address.lower():
        contact.forget_address()
        _remember_address(contact)
    _write(contact)
    if before and _is_somebody_else(before, contact):
        contact.absences.filter(ends_at__gt=at).delete()
    _keep_tenure(contact, by=by, at=at, source=source)
    return contact


def add_contact(contact: Contact, *, by: User | None, at: datetime, source: str = Source.PAGE) -> Contact:
    """As `save_contact`, behind those who stand on the rung already."""
    with transaction.atomic():
        others = on_rung(contact.level, contact.team_id, lock=True)
        contact.position = others[-1].position + 1 if others else 0
        return save_contact(contact, by=by, at=at, source=source)


@transaction.atomic
def remove_contact(
    contact: Contact, *, by: User | None, at: datetime, source: str = Source.PAGE, close_ranks: bool = True
) -> None:
    """Take one position away. `close_ranks`: the backups move up in number, too; in rank they do in any case."""
    others = [each for each in on_rung(contact.level, contact.team_id, lock=True) if each.pk != contact.pk]
    Tenure.objects.filter(contact=contact.pk, until=None).update(until=at, ended_by=by)
    contact.delete()
    if close_ranks:
        place(others, by=by, at=at, source=source)


@transaction.atomic
def reorder(
    *,
    level: str,
    team_id: int | None,
    keys: Sequence[int],
    by: User | None,
    at: datetime,
    source: str = Source.PAGE,
    seen: Sequence[int] | None = None,
) -> None:
    """Put the positions of one rung in this order. Raises Stale if others stand there now, or in another order than
    was `seen`."""
    rows = {each.pk: each for each in on_rung(level, team_id, lock=True)}
    if set(rows) != set(keys) or (seen is not None and [*rows] != [*seen]):
        now = ", ".join(each.person_name or str(_("Nobody")) for each in rows.values())
        raise Stale([{"what": "position", "from": "", "to": now}])
    place([rows[key] for key in keys], by=by, at=at, source=source)


def place(rows: Sequence[Contact], *, by: User | None, at: datetime, source: str) -> None:
    """Number these, all that stand on one rung, from 0. Within a transaction."""
    moved = [(position, each) for position, each in enumerate(rows) if each.position != position]
    Contact.objects.filter(pk__in=[each.pk for _position, each in moved]).update(position=F("position") + ASIDE)
    for position, each in moved:
        each.position = position
        each.save(update_fields=["position"])
        _keep_tenure(each, by=by, at=at, source=source)


def changes_since(contact: Contact, seen: Mapping[str, str] | None) -> list[Difference]:
    """What somebody else has made of a position since a form showed it as `seen`."""
    now = facts(contact)
    known = {name: value for name, value in (seen or {}).items() if name in now}
    return differences(known, {name: now[name] for name in known})


def _write(contact: Contact) -> None:
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError:
        # Nobody stood on the rung, so there was nothing to lock, and somebody else was a moment faster.
        raise ValidationError({"position": [_("This position of the rung is taken.")]}) from None


def _remember_address(contact: Contact) -> None:
    """What this very address has refused or proved elsewhere in the matrix counts here, too."""
    if not contact.address:
        return
    for other in Contact.objects.exclude(pk=contact.pk).select_related("user"):
        if other.address.lower() == contact.address.lower():
            for name in ("unreachable_since", "unreachable_reason", "proved_at", "proved_how"):
                setattr(contact, name, getattr(other, name))
            return


def _is_somebody_else(before: Contact, after: Contact) -> bool:
    if before.user_id or after.user_id:
        return before.user_id != after.user_id
    return before.name != after.name and before.email.lower() != after.email.lower()


def _keep_tenure(contact: Contact, *, by: User | None, at: datetime, source: str) -> None:
    """One open row a position, in today's words; what was different until now ends now."""
    now = tenure_facts(contact)
    last = Tenure.objects.filter(contact=contact, until=None).first()
    if last and all(getattr(last, name) == value for name, value in now.items()):
        return
    if last and last.since >= at:
        Tenure.objects.filter(pk=last.pk).update(**now)
        return
    if last:
        Tenure.objects.filter(pk=last.pk).update(until=at, ended_by=by)
    Tenure.objects.create(contact=contact, **now, since=at, by=by, source=source)


def tenure_facts(contact: Contact) -> dict[str, Any]:
    return {
        "level": contact.level,
        "team_name": contact.team.name if contact.team else "",
        "position": contact.position,
        "title": contact.title,
        "name": contact.person_name,
        "email": contact.address,
        "phone": contact.telephone,
    }
