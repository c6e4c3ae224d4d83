"""Who, for this rung, at this moment? (Escalation Protocol, section 5: the contact matrix)"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from contacts.hours import AT_ONCE, Rhythm
from contacts.models import Absence, Contact, User
from contacts.models.matrix import Level
from contacts.models.people import MailRhythm


@dataclass(frozen=True)
class Recipient:
    """Somebody a message can go to. `time_zone` and `language` empty mean the site's; `rhythm`: when mail may leave."""

    name: str
    email: str
    title: str = ""
    phone: str = ""
    level: str = ""
    contact_id: int | None = None
    user_id: int | None = None
    time_zone: str = ""
    rhythm: Rhythm = AT_ONCE
    language: str = ""

    @classmethod
    def of_user(cls, user: User, *, level: str = "", title: str = "") -> Self:
        return cls(
            user.name[:120],
            user.email,
            title or user.get_role_display(),
            user.phone,
            level,
            None,
            user.pk,
            user.time_zone,
            Rhythm.of(user),
            user.language,
        )

    @classmethod
    def of_contact(cls, contact: Contact) -> Self:
        zone = contact.user.time_zone if contact.user else ""
        return cls(
            contact.person_name,
            contact.address,
            contact.title,
            contact.telephone,
            contact.level,
            contact.pk,
            contact.user_id,
            zone,
            Rhythm.of(contact.user) if contact.user else AT_ONCE,
            contact.user.language if contact.user else "",
        )


@dataclass(frozen=True)
class Standing:
    """Who stands on a rung: `recipient` (None: nobody), and who was passed over with the reason why."""

    level: str
    title: str
    recipient: Recipient | None
    passed: list[tuple[str, str]] = field(default_factory=list)


class Matrix:
    """The whole matrix at one moment, in one query; it is small (seven rungs by teams by positions)."""

    def __init__(self, contacts: Iterable[Contact], absences: Iterable[Absence]) -> None:
        self._rows: dict[tuple[str, int | None], list[Contact]] = {}
        self._by_key = {contact.pk: contact for contact in contacts}
        for contact in sorted(self._by_key.values(), key=lambda c: c.position):
            self._rows.setdefault((contact.level, contact.team_id), []).append(contact)
        self._away = {absence.contact_id: absence for absence in absences}
        self._away_users = {self._by_key[key].user_id for key in self._away if key in self._by_key} - {None}

    @classmethod
    def at(cls, at: datetime) -> Self:
        """The matrix as it stands at `at`, absences counted."""
        now = Q(absences__starts_at__lte=at, absences__ends_at__gt=at)
        contacts = Contact.objects.select_related("user").annotate(
            away=FilteredRelation("absences", condition=now), absence=F("away__pk"), stand_in=F("away__delegate")
        )
        rows: list[Any] = list(contacts.order_by("pk", "away__starts_at"))
        return cls(rows, [Absence(contact_id=row.pk, delegate_id=row.stand_in) for row in rows if row.absence])

    def who(self, level: str, team_id: int | None, exclude: Collection[str] = ()) -> Standing:
        """The first position that can be told: the team's own before everyone's, each with its backups.

        `exclude` names addresses (lower case) that were tried already.
        """
        passed: list[tuple[str, str]] = []
        rows = [*(self._rows.get((level, team_id), []) if team_id else []), *self._rows.get((level, None), [])]
        for contact in rows:
            stand_in = self._stand_in(contact)
            why = self._hindrance(stand_in, exclude) if stand_in else _("absent")
            if stand_in and not why:
                return Standing(level, contact.title, Recipient.of_contact(stand_in), passed)
            passed.append((contact.person_name or contact.title, why))
        return Standing(level, rows[0].title if rows else str(Level(level).label), None, passed)

    def is_away(self, user_id: int) -> bool:
        return user_id in self._away_users

    def teams(self) -> set[int | None]:
        """The teams that have rungs of their own, and None for everyone's."""
        return {None} | {team for _level, team in self._rows}

    def _stand_in(self, contact: Contact) -> Contact | None:
        """The contact, or whoever stands in, followed through; None if the chain ends in nobody or in a loop."""
        seen: set[int] = set()
        current: Contact | None = contact
        while current is not None and self._is_absent(current):
            if current.pk in seen:
                return None
            seen.add(current.pk)
            absence = self._away.get(current.pk)
            current = self._by_key.get(absence.delegate_id) if absence and absence.delegate_id else None
        return current

    def _is_absent(self, contact: Contact) -> bool:
        return contact.pk in self._away or (contact.user_id is not None and contact.user_id in self._away_users)

    @staticmethod
    def _hindrance(contact: Contact, exclude: Collection[str]) -> str:
        if not contact.address:
            return _("nobody, or no e-mail address")
        if contact.user and not contact.user.is_active:
            return _("account closed")
        if contact.unreachable_since:
            return _("mail was refused")
        return _("already tried") if contact.address.lower() in exclude else ""


def rhythms_of(addresses: Collection[str]) -> dict[str, Rhythm]:
    """What the people behind these addresses (lower case) chose, where they chose anything. One query."""
    chosen = User.objects.filter(Q(mail_rhythm=MailRhythm.DAILY) | Q(quiet_from__isnull=False), is_active=True)
    people = chosen.annotate(address=Lower("email")).filter(address__in=addresses) if addresses else []
    return {user.email.lower(): Rhythm.of(user) for user in people}


def unreachable_rungs(at: datetime) -> list[str]:
    """A sentence for each numbered or side rung that nobody can be told on at `at`."""
    matrix = Matrix.at(at)
    return [
        _("%(title)s: nobody can be reached.") % {"title": standing.title}
        for standing in (matrix.who(level, None) for level in Level.values)
        if standing.recipient is None
    ]
