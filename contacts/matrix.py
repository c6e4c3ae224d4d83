"""Who, for this rung, at this moment? (Escalation Protocol, section 5: the contact matrix)"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.hours import AT_ONCE, Rhythm
from contacts.models import Absence, Contact, Rotation, User
from contacts.models.channels import ChannelAddress
from contacts.models.matrix import Level
from contacts.rotation import in_turn, turn_at, turns
from contacts.routes import BY_MAIL, LAST, Routes


@dataclass(frozen=True)
class Recipient:
    """Somebody a message can go to. `time_zone` and `language` empty mean the site's; `rhythm`: when mail may leave;
    `routes`: by which channels.
    `stands_in_for`: the owner of an issue, away, in whose stead they are told."""

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
    stands_in_for: int | None = None
    routes: Routes = BY_MAIL

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
            routes=Routes.of(user),
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
            routes=Routes.of(contact.user) if contact.user else BY_MAIL,
        )


@dataclass(frozen=True)
class Standing:
    """Who stands on a rung: `recipient` (None: nobody), and who was passed over with the reason why. `codes` are those
    reasons as keys of WHY_NOT."""

    level: str
    title: str
    recipient: Recipient | None
    passed: list[tuple[str, str]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


WHY_NOT = {
    "nobody": gettext_lazy("nobody named"),
    "absent": gettext_lazy("absent"),
    "address": gettext_lazy("no e-mail address"),
    "closed": gettext_lazy("account closed"),
    "refused": gettext_lazy("mail was refused"),
    "tried": gettext_lazy("already tried"),
}


@dataclass(frozen=True)
class Away:
    """Somebody is away until then; `stand_in` is who is told instead, delegates of delegates followed through."""

    since: datetime
    until: datetime
    stand_in: Recipient | None
    note: str = ""


@dataclass(frozen=True)
class OnTurn:
    """Who has the turn on a rotating rung, until when, and who is next."""

    contact: Contact
    until: datetime
    then: Contact


class Book:
    """All that decides who is told from `start` to `end`, in three queries at most; it is small (seven rungs by teams
    by positions, and who is away)."""

    def __init__(self, contacts: Iterable[Contact], absences: Iterable[Absence], rotations: Iterable[Rotation]) -> None:
        self.contacts, self.absences, self.rotations = list(contacts), list(absences), list(rotations)

    @classmethod
    def between(cls, start: datetime, end: datetime, *, teams: bool = False) -> Self:
        """One query, and one more each where anybody is away or takes turns: pages and sweeps count them. `teams`: who
        reads also wants each contact's team."""
        away = Absence.objects.filter(starts_at__lte=end, ends_at__gt=start)
        asked = Contact.objects.select_related("user", *(["team"] if teams else [])).annotate(
            any_away=Exists(away.values("pk")),
            any_turns=Exists(Rotation.objects.values("pk")),
            elsewhere=Exists(ChannelAddress.objects.filter(user=OuterRef("user"), refused_at=None)),
        )
        contacts: list[Any] = list(asked.order_by("pk"))
        first = contacts[0] if contacts else None
        return cls(
            contacts,
            away.select_related("delegate_user").order_by("pk") if first is None or first.any_away else (),
            Rotation.objects.all() if first is not None and first.any_turns else (),
        )

    def at(self, at: datetime) -> "Matrix":
        return Matrix(
            self.contacts, (each for each in self.absences if each.starts_at <= at < each.ends_at), self.rotations, at
        )

    def changes(self, start: datetime, end: datetime) -> list[datetime]:
        """`start`, and every later instant before `end` at which somebody else may have to be told."""
        away = (moment for each in self.absences for moment in (each.starts_at, each.ends_at))
        duty = (turn.since for each in self.rotations for turn in turns(each, start, end))
        return sorted({start, *(moment for moment in (*away, *duty) if start < moment < end)})


class Matrix:
    """The whole matrix at one moment."""

    def __init__(
        self, contacts: Iterable[Contact], absences: Iterable[Absence], rotations: Iterable[Rotation], at: datetime
    ) -> None:
        self._rows: dict[tuple[str, int | None], list[Contact]] = {}
        self._by_key = {contact.pk: contact for contact in contacts}
        self._at = at
        self._rotations = {(each.level, each.team_id): each for each in rotations}
        for contact in sorted(self._by_key.values(), key=lambda c: c.position):
            self._rows.setdefault((contact.level, contact.team_id), []).append(contact)
        for rung, rows in self._rows.items():
            self._rows[rung] = in_turn(self._rotations.get(rung), rows, [row.rotates for row in rows], at)
        # Should two hold at once, the one that names somebody counts.
        named_first = sorted(absences, key=lambda each: each.delegate_id is None and each.delegate_user_id is None)
        self._away_contacts = {each.contact_id: each for each in reversed(named_first) if each.contact_id}
        self._away_users = {user: each for each in reversed(named_first) if (user := self._user_of(each))}
        refused = [c for c in self._by_key.values() if c.unreachable_since and c.address]
        self._refused = {c.address.lower() for c in refused if not _is_told_elsewhere(c)}

    @classmethod
    def at(cls, at: datetime) -> "Matrix":
        """The matrix as it stands at `at`, absences and turns counted. Three queries at most."""
        return Book.between(at, at).at(at)

    def who(self, level: str, team_id: int | None, exclude: Collection[str] = ()) -> Standing:
        """The first position that can be told: the team's own before everyone's, each with its backups.

        `exclude` names addresses (lower case) that were tried already.
        """
        passed: list[tuple[str, str]] = []
        codes: list[str] = []
        rows = self.ladder_rows(level, team_id)
        for contact in rows:
            stand_in = self._stand_in(contact)
            code = self._hindrance(stand_in, exclude) if stand_in else "absent"
            if stand_in and not code:
                return Standing(level, contact.title, _recipient(stand_in, contact), passed, codes)
            passed.append((contact.person_name or contact.title, str(WHY_NOT[code])))
            codes.append(code)
        return Standing(level, rows[0].title if rows else str(Level(level).label), None, passed, codes)

    def ladder_rows(self, level: str, team_id: int | None) -> list[Contact]:
        """The positions of this rung in the order in which they are asked now: the team's own, then everyone's."""
        return [*(self.rows(level, team_id) if team_id else []), *self.rows(level, None)]

    def rows(self, level: str, team_id: int | None) -> list[Contact]:
        """The team's own positions (None: everyone's), in the order in which they are asked now."""
        return self._rows.get((level, team_id), [])

    def is_away(self, user_id: int) -> bool:
        """Also of people who stand nowhere in the matrix."""
        return user_id in self._away_users

    def stand_in_for(self, user_id: int) -> Recipient | None:
        """Who stands in for a user who is away, followed through, if they can be told; None if nobody does."""
        stand_in = self._follow(self._away_users.get(user_id), {("user", user_id)})
        if stand_in is None or self._hindrance(stand_in, ()):
            return None
        return replace(_recipient(stand_in), level="1", stands_in_for=user_id)

    def away(self, contact: Contact) -> Away | None:
        """From when to when this contact is away, and who is told instead; None if they are there."""
        absence = self._absence(contact)
        if absence is None:
            return None
        stand_in = self._stand_in(contact)
        told = _recipient(stand_in, contact) if stand_in and not self._hindrance(stand_in, ()) else None
        return Away(absence.starts_at, absence.ends_at, told, absence.note)

    def on_turn(self, level: str, team_id: int | None) -> OnTurn | None:
        """Who has the turn now on this rung; None if it does not rotate, or not yet."""
        rotation, rows = self._rotations.get((level, team_id)), self.rows(level, team_id)
        rotating = [row for row in rows if row.rotates]
        turn = turn_at(rotation, self._at) if rotation and len(rotating) > 1 else None
        return OnTurn(rotating[0], turn.until, rotating[1]) if turn else None

    def rotation(self, level: str, team_id: int | None) -> Rotation | None:
        return self._rotations.get((level, team_id))

    def teams(self) -> set[int | None]:
        """The teams that have rungs of their own, and None for everyone's."""
        return {None} | {team for _level, team in self._rows}

    # -- absences -----------------------------------------------------------------------------------------------------

    def _user_of(self, absence: Absence) -> int | None:
        """Whoever is away in one place is away everywhere."""
        contact = self._by_key.get(absence.contact_id) if absence.contact_id else None
        return absence.user_id or (contact.user_id if contact else None)

    def _absence(self, who: "Contact | User") -> Absence | None:
        if isinstance(who, User):
            return self._away_users.get(who.pk)
        return self._away_contacts.get(who.pk) or (self._away_users.get(who.user_id) if who.user_id else None)

    def _stand_in(self, contact: Contact) -> "Contact | User | None":
        """The contact, or whoever stands in, followed through; None if the chain ends in nobody or in a loop."""
        absence = self._absence(contact)
        return self._follow(absence, {person_key(contact)}) if absence else contact

    def _follow(self, absence: Absence | None, seen: set[tuple[str, int]]) -> "Contact | User | None":
        while absence is not None:
            delegate = self._by_key.get(absence.delegate_id) if absence.delegate_id else absence.delegate_user
            if delegate is None or person_key(delegate) in seen:
                return None
            seen.add(person_key(delegate))
            absence = self._absence(delegate)
            if absence is None:
                return delegate
        return None

    def _hindrance(self, who: "Contact | User", exclude: Collection[str]) -> str:
        """Why they cannot be told, as a key of WHY_NOT; "" if they can."""
        user = who if isinstance(who, User) else who.user
        address = (who.email if isinstance(who, User) else who.address).lower()
        if not address:
            return "address" if isinstance(who, User) or who.person_name else "nobody"
        if user and not user.is_active:
            return "closed"
        if address in self._refused:
            return "refused"
        return "tried" if address in exclude else ""


def _is_told_elsewhere(contact: Contact) -> bool:
    """They chose another channel than e-mail, and it works: a refused address does not keep them from being told."""
    chosen = Routes.of(contact.user).chosen if contact.user else ()
    return getattr(contact, "elsewhere", False) and any(set(channels) - {LAST} for _severity, channels in chosen)


def person_key(who: "Contact | User") -> tuple[str, int]:
    """The same for everything that is the same person: their account, or else their place in the matrix."""
    if isinstance(who, User):
        return "user", who.pk
    return ("user", who.user_id) if who.user_id else ("contact", who.pk)


def _recipient(who: "Contact | User", place: Contact | None = None) -> Recipient:
    """`place`: where a user stands in, who then is told as whoever stands there."""
    if isinstance(who, Contact):
        return Recipient.of_contact(who)
    return Recipient.of_user(who, level=place.level if place else "", title=place.title if place else "")


def readers_of(addresses: Collection[str]) -> dict[str, Recipient]:
    """The users behind these addresses (lower case), with what they chose. One query."""
    people = User.objects.filter(is_active=True).annotate(address=Lower("email"))
    return {user.email.lower(): Recipient.of_user(user) for user in people.filter(address__in=addresses)}


def unreachable_rungs(at: datetime) -> list[str]:
    """A sentence for each numbered or side rung that nobody can be told on at `at`."""
    matrix = Matrix.at(at)
    return [
        _("%(title)s: nobody can be reached.") % {"title": standing.title}
        for standing in (matrix.who(level, None) for level in Level.values)
        if standing.recipient is None
    ]
